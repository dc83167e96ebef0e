import type { Clock } from '#core/clock.js';
import { type PicoUsd, parseUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

export interface ProbeSpend {
  /** Of what has a price. */
  cost: PicoUsd;
  requests: number;
  unpricedRequests: number;
}

/** What these keys' own probes cost since the tenant's midnight, by key id; keys that cost nothing yet are left out. */
export async function probeSpendToday(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  providerKeyIds: readonly string[],
): Promise<Map<string, ProbeSpend>> {
  const now = deps.clock.now();
  const rows = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<(Omit<ProbeSpend, 'cost'> & { keyId: string; costUsd: string })[]>`
      SELECT h.provider_key_id::text AS "keyId", sum(h.cost_usd)::text AS "costUsd", sum(h.requests)::float8 AS requests,
        sum(h.unpriced_requests)::float8 AS "unpricedRequests"
      FROM usage_hourly h, tenant t
      WHERE t.id = ${tenantId}::uuid AND h.tenant_id = ${tenantId}::uuid AND h.source = 'probe'
        AND h.provider_key_id = ANY(${[...providerKeyIds]}::uuid[]) AND h.hour <= ${now}
        AND h.hour >= date_trunc('day', ${now}::timestamptz, t.reporting_time_zone)
      GROUP BY h.provider_key_id`,
  );
  return new Map(rows.map(({ keyId, costUsd, ...row }) => [keyId, { ...row, cost: parseUsd(costUsd) }]));
}
