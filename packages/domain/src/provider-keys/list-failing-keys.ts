import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { displayedHealthSql } from './displayed-health-sql.js';
import { failingHealths, type KeyHealth } from './key-health.js';

export interface FailingKey {
  id: string;
  label: string;
  health: KeyHealth;
  healthSince: Date;
  /** OpenAI's, of the last probe. */
  lastErrorCode: string | null;
}

/** From what only a new key mends to what waiting may. */
const worstFirst: readonly KeyHealth[] = [
  'dead',
  'cannot-be-opened',
  'out-of-credit',
  'limit-reached',
  ...failingHealths,
];

/** The keys that cannot do their work now and that somebody should look at: the worst first, then the newest trouble. */
export async function listFailingKeys(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { limit, defaultIntervalSecs }: { limit: number; defaultIntervalSecs: number },
): Promise<FailingKey[]> {
  return withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<FailingKey[]>`
      SELECT id::text, label, health, health_since AS "healthSince", last_error_code AS "lastErrorCode"
      FROM provider_key
      WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL
        AND ${displayedHealthSql(deps.clock.now(), defaultIntervalSecs)} = ANY(${[...failingHealths]})
      ORDER BY array_position(${[...worstFirst]}::text[], health), health_since DESC, id LIMIT ${limit}`,
  );
}
