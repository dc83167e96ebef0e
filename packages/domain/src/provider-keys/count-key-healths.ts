import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { displayedHealthSql } from './displayed-health-sql.js';
import type { DisplayedHealth } from './key-health.js';

/** How many of a tenant's keys are in which state now; states without a key are left out. */
export async function countKeyHealths(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { defaultIntervalSecs }: { defaultIntervalSecs: number },
): Promise<Partial<Record<DisplayedHealth, number>>> {
  const rows = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<{ health: DisplayedHealth; keys: number }[]>`
      SELECT ${displayedHealthSql(deps.clock.now(), defaultIntervalSecs)} AS health, count(*)::int AS keys
      FROM provider_key WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ health, keys }) => [health, keys]));
}
