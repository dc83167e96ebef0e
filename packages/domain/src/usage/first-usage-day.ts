import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';

/**
 * The tenant's local day (`YYYY-MM-DD`) of the first usage that is known; before it nothing was measured.
 * Read from hourly sums, so it is the day in which that hour begins.
 */
export async function firstUsageDay(deps: BookDeps, tenantId: string): Promise<string | null> {
  const [row] = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { steadyReader: reader } }) => reader.$queryRaw<{ day: string | null }[]>`
      SELECT to_char(first.hour AT TIME ZONE t.reporting_time_zone, 'YYYY-MM-DD') AS day
      FROM tenant t, (SELECT min(hour) AS hour FROM usage_hourly WHERE tenant_id = ${tenantId}::uuid) AS first
      WHERE t.id = ${tenantId}::uuid`,
  );
  return row?.day ?? null;
}
