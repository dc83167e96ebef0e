import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import type { Database } from '#db/database.js';
import type { ClaimedImport } from './import-organization.js';
import { isConnectedSql } from './organization.js';

/** A claim that no worker has begun within this time is made anew, and the former worth nothing. */
const queuedLeaseMs = 300_000;
/** Back-fills wait while so many imports are claimed, so that what is due for its recent part is not kept waiting. */
const mostBesideBackfills = 4;

/**
 * Claims up to `limit` organizations for being enqueued: those that are due, whose next import moves one interval on
 * (±10 %); those whose worker was lost, once its lease has ended; and while few imports are claimed, those of whose past
 * more is to be read. One statement, so any number of workers may sweep at once.
 */
export async function unscopedClaimDueImports(
  deps: { db: Database; clock: Clock },
  { limit, intervalSecs }: { limit: number; intervalSecs: number },
): Promise<ClaimedImport[]> {
  const now = deps.clock.now();
  const runIds = Array.from({ length: limit }, () => newId(now));
  return deps.db.unscoped.$queryRaw<ClaimedImport[]>`
    WITH claimable AS (
      SELECT o.tenant_id, o.id, o.next_import_at, o.next_import_at <= ${now}::timestamptz AS is_due,
        o.next_import_at <= ${now}::timestamptz OR o.import_run_id IS NOT NULL AS is_whole
      FROM organization o
      WHERE (o.import_run_id IS NULL OR o.import_lease_until <= ${now}::timestamptz)
        AND (o.next_import_at <= ${now}::timestamptz OR o.import_run_id IS NOT NULL OR (o.backfill_due
          AND ${mostBesideBackfills}::int > (
            SELECT count(*) FROM organization b WHERE b.import_lease_until > ${now}::timestamptz)))
        AND EXISTS (SELECT FROM provider_key k
          WHERE k.tenant_id = o.tenant_id AND k.id = o.provider_key_id AND ${isConnectedSql})
        AND EXISTS (SELECT FROM tenant t WHERE t.id = o.tenant_id AND t.status = 'active')
      ORDER BY is_whole DESC, o.next_import_at
      LIMIT ${limit}::int
      FOR NO KEY UPDATE OF o SKIP LOCKED
    ), numbered AS (
      SELECT *, (${runIds}::uuid[])[row_number() OVER ()] AS run_id,
        row_number() OVER (PARTITION BY is_whole ORDER BY next_import_at) AS nth
      FROM claimable
    )
    UPDATE organization o SET import_run_id = c.run_id,
      import_lease_until = ${new Date(now.getTime() + queuedLeaseMs)}::timestamptz,
      next_import_at = CASE WHEN c.is_due
        THEN ${now}::timestamptz + make_interval(secs => ${intervalSecs}::int * (0.9 + 0.2 * random()))
        ELSE o.next_import_at END
    FROM numbered c
    WHERE o.tenant_id = c.tenant_id AND o.id = c.id AND (c.is_whole OR c.nth <= ${mostBesideBackfills}::int)
    RETURNING o.tenant_id AS "tenantId", o.id AS "organizationId", o.import_run_id AS "runId",
      CASE WHEN c.is_whole THEN 'all' ELSE 'past' END AS part`;
}
