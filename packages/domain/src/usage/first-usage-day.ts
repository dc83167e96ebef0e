import type { Calendar } from '../books/book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { zoneSql } from '../spend/zone-sql.js';

/**
 * The day (`YYYY-MM-DD`) of the first usage that is known, by default the tenant's local one; before it nothing was measured.
 * Read from hourly sums, so it is the day in which that hour begins.
 */
export async function firstUsageDay(
  deps: BookDeps,
  tenantId: string,
  { calendar = 'tenant' }: { calendar?: Calendar } = {},
): Promise<string | null> {
  const [row] = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { steadyReader: reader } }) => reader.$queryRaw<{ day: string | null }[]>`
      SELECT to_char(first.hour AT TIME ZONE ${zoneSql(calendar)}, 'YYYY-MM-DD') AS day
      FROM tenant t, (SELECT min(hour) AS hour FROM usage_hourly WHERE tenant_id = ${tenantId}::uuid) AS first
      WHERE t.id = ${tenantId}::uuid`,
  );
  return row?.day ?? null;
}
