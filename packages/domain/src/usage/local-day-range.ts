import type { Calendar } from '../books/book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { zoneSql } from '../spend/zone-sql.js';

/**
 * The instants between which the days `fromDay` to `toDay` (`YYYY-MM-DD`, both included) lie, by default in the tenant's
 * reporting time zone, for a `UsageFilter`. An absent end stays open.
 */
export async function localDayRange(
  deps: BookDeps,
  tenantId: string,
  {
    calendar = 'tenant',
    ...days
  }: { fromDay?: string | undefined; toDay?: string | undefined; calendar?: Calendar | undefined },
): Promise<{ from: Date | undefined; to: Date | undefined }> {
  const [row] = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { steadyReader: reader } }) => reader.$queryRaw<{ from: Date | null; to: Date | null }[]>`
      SELECT ${days.fromDay ?? null}::date::timestamp AT TIME ZONE ${zoneSql(calendar)} AS "from",
        (${days.toDay ?? null}::date + 1)::timestamp AT TIME ZONE ${zoneSql(calendar)} AS "to"
      FROM tenant WHERE id = ${tenantId}::uuid`,
  );
  return { from: row?.from ?? undefined, to: row?.to ?? undefined };
}
