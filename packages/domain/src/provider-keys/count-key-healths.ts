import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import type { Reader } from '#db/reader.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { displayedHealthSql } from './displayed-health-sql.js';
import type { DisplayedHealth } from './key-health.js';

export type KeyHealthCounts = Partial<Record<DisplayedHealth, number>>;

/** How many of a tenant's keys are in which state now; states without a key are left out. */
export async function countKeyHealths(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { defaultIntervalSecs }: { defaultIntervalSecs: number },
): Promise<KeyHealthCounts> {
  const asked = { now: deps.clock.now(), defaultIntervalSecs };
  return withTenantSnapshot(deps.db, tenantId, (reader) => keyHealthsIn(reader, tenantId, asked));
}

/** The same in a snapshot that is open already. */
export async function keyHealthsIn(
  reader: Reader,
  tenantId: string,
  { now, defaultIntervalSecs }: { now: Date; defaultIntervalSecs: number },
): Promise<KeyHealthCounts> {
  const rows = await reader.$queryRaw<{ health: DisplayedHealth; keys: number }[]>`
    SELECT ${displayedHealthSql(now, defaultIntervalSecs)} AS health, count(*)::int AS keys
    FROM provider_key WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL GROUP BY 1`;
  return Object.fromEntries(rows.map(({ health, keys }) => [health, keys]));
}
