import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { Database, Tx } from '#db/database.js';
import { isLockTimeout } from '#db/is-lock-timeout.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { tenantKeepsSince } from './kept-since.js';
import { keptTables, type RecordCounts } from './kept-tables.js';

export interface DeletionSettings {
  /** Rows that one transaction deletes at most; a single hour that has more goes whole. */
  batchRows: number;
  /** What is left by then is left to the next call. */
  forMs: number;
  /** Of records without months, for tenants that have set no days; 0: for ever. */
  installationDays: number;
}

type Deps = { db: Database; clock: Clock; logger: Logger };

/**
 * Deletes the single records of tenants that keep them for fewer days than the installation, and those of the others that
 * are not dropped by the month: oldest first, some whole hours in each transaction, so that a figure which needs the records
 * of an hour finds all or none. Sums stay. It takes no lock but of the rows that go, which nobody writes any more but a
 * re-rating or an import, and to these it gives way. It may be stopped anywhere and goes on with what is there. A tenant
 * that fails is logged and holds up no other.
 * @returns how many rows went, by tenant, of those of whom any did
 */
export async function unscopedDeleteExpiredRecords(
  deps: Deps,
  settings: DeletionSettings,
): Promise<Record<string, RecordCounts>> {
  const tenants = await deps.db.unscoped.tenant.findMany({
    where: { purgeBeganAt: null, ...(settings.installationDays === 0 && { recordRetentionDays: { not: null } }) },
    orderBy: { id: 'asc' },
    select: { id: true, recordRetentionDays: true },
  });
  const endsAt = performance.now() + settings.forMs;
  const deleted: Record<string, RecordCounts> = {};
  for (const { id, recordRetentionDays } of tenants) {
    const tables =
      recordRetentionDays === null ? keptTables.filter(({ name }) => name === 'unknownResults') : keptTables;
    const counts: RecordCounts = { usageRecords: 0, reportedRows: 0, probeRuns: 0, unknownResults: 0 };
    const isInTime = await deleteOf(deps, id, { ...settings, tables, endsAt, counts });
    if (Object.values(counts).some((count) => count > 0)) deleted[id] = counts;
    if (!isInTime) break;
  }
  return deleted;
}

interface Deletion extends Pick<DeletionSettings, 'batchRows' | 'installationDays'> {
  tables: readonly (typeof keptTables)[number][];
  endsAt: number;
  /** Counted up as batches are committed. */
  counts: RecordCounts;
}

/** @returns false when the time is up before it is done */
async function deleteOf(deps: Deps, tenantId: string, deletion: Deletion): Promise<boolean> {
  const { tables, endsAt, counts, ...limits } = deletion;
  try {
    for (const kept of tables) {
      let from: string | null = '-infinity';
      while (from !== null) {
        const batch: Batch | null = await deleteBatch(deps, tenantId, { kept, from, ...limits });
        counts[kept.name] += batch?.rows ?? 0;
        if (batch && performance.now() > endsAt) return false;
        from = batch?.until ?? null;
      }
    }
  } catch (error) {
    if (isLockTimeout(error)) deps.logger.info({ tenantId }, inUse);
    else deps.logger.warn({ err: error, tenantId }, 'old records of a tenant could not be deleted');
  }
  return true;
}

const inUse = 'a re-rating or an import is at old records, which are deleted later';

interface Batch {
  rows: number;
  /** Nothing before it is left, as Postgres writes it. */
  until: string;
}

interface Place extends Pick<DeletionSettings, 'batchRows' | 'installationDays'> {
  kept: (typeof keptTables)[number];
  from: string;
}

/** @returns null when there is nothing to delete, or another worker is at it */
async function deleteBatch(deps: Deps, tenantId: string, place: Place): Promise<Batch | null> {
  return withTenant(deps.db, tenantId, async (tx) => {
    // Shorter than Postgres' deadlock_timeout: where we and a writer wait for each other, we give way, and never it.
    await tx.$executeRaw`SET LOCAL lock_timeout = '200ms'`;
    const [lock] = await tx.$queryRaw<{ isMine: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(hashtextextended(${`keyledger.retention ${tenantId}`}, 0)) AS "isMine"`;
    const hours = lock?.isMine ? await findHours(tx, tenantId, { ...place, now: deps.clock.now() }) : null;
    if (!hours) return null;
    const { name, table, at } = place.kept;
    const deletion = Prisma.sql`
      DELETE FROM ${table} WHERE tenant_id = ${tenantId}::uuid
        AND ${at} >= ${hours.from}::text::timestamptz AND ${at} < ${hours.until}::text::timestamptz`;
    const rows = name === 'unknownResults' ? await deleteCounted(tx, deletion) : await tx.$executeRaw(deletion);
    return { rows, until: hours.until };
  });
}

/** Unknown results have no sums: feeds count those that are kept. */
async function deleteCounted(tx: Tx, deletion: Prisma.Sql): Promise<number> {
  const [deleted] = await tx.$queryRaw<{ rows: number }[]>`
    WITH gone AS (${deletion} RETURNING organization_id, feed),
    counted AS (
      UPDATE import_feed f SET unknown_results = unknown_results - less.results
      FROM (SELECT organization_id, feed, count(*) AS results FROM gone GROUP BY organization_id, feed) AS less
      WHERE f.tenant_id = current_tenant_id() AND f.organization_id = less.organization_id AND f.feed = less.feed
    )
    SELECT count(*)::int AS rows FROM gone`;
  return deleted?.rows ?? 0;
}

/**
 * The oldest hours with records that are kept no more, as many as have `batchRows` of them, and at least one. Both ends are
 * found by the key of the table, in the months that are meant alone.
 */
async function findHours(
  tx: Tx,
  tenantId: string,
  { kept: { table, at }, from, batchRows, installationDays, now }: Place & { now: Date },
): Promise<{ from: string; until: string } | null> {
  const [bounds] = await tx.$queryRaw<{ since: string }[]>`
    SELECT ${tenantKeepsSince(now, installationDays)}::text AS since`;
  const expired = Prisma.sql`tenant_id = ${tenantId}::uuid AND ${at} >= ${from}::text::timestamptz
    AND ${at} < ${bounds?.since ?? '-infinity'}::text::timestamptz`;
  const [found] = await tx.$queryRaw<{ from: string; until: string }[]>`
    WITH oldest AS (
      SELECT date_trunc('hour', ${at}, 'UTC') AS hour FROM ${table} WHERE ${expired} ORDER BY ${at} LIMIT 1
    ), beyond AS (
      SELECT date_trunc('hour', ${at}, 'UTC') AS hour FROM ${table} WHERE ${expired} ORDER BY ${at} LIMIT 1 OFFSET ${batchRows}
    )
    SELECT oldest.hour::text AS from, CASE
        WHEN beyond.hour IS NULL THEN ${bounds?.since ?? '-infinity'}::text::timestamptz
        ELSE greatest(beyond.hour, oldest.hour + interval '1 hour')
      END::text AS until
    FROM oldest LEFT JOIN beyond ON true`;
  return found ?? null;
}
