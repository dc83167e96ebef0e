import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { keptSince } from './kept-since.js';
import { keptTables, type RecordCounts } from './kept-tables.js';

/** Counting goes on no further than this, as it is only told to somebody who is about to delete them. */
export const mostCounted = 100_000;

/** How many records a tenant has that are older than so many days: at most 100,000 of each are counted. */
export async function countExpiredRecords(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { recordDays }: { recordDays: number },
): Promise<RecordCounts & { since: Date }> {
  const since = keptSince(Prisma.sql`${recordDays}::int`, deps.clock.now());
  const counts = keptTables.map(
    ({ name, table, at }) => Prisma.sql`
      (SELECT count(*)::int FROM (
        SELECT FROM ${table} WHERE tenant_id = ${tenantId}::uuid AND ${at} < ${since} LIMIT ${mostCounted}
      ) AS r) AS ${Prisma.raw(`"${name}"`)}`,
  );
  return withTenant(deps.db, tenantId, async (tx) => {
    const [row] = await tx.$queryRaw<(RecordCounts & { since: Date })[]>`
      SELECT ${since} AS since, ${Prisma.join(counts)}`;
    if (!row) throw new Error('a SELECT without FROM has one row');
    return row;
  });
}
