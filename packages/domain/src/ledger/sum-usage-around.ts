import { parseUsd } from '#core/money.js';
import type { Tx } from '#db/database.js';
import type { UsageAround } from './cost-before-sync.js';

/** Of each instant the reported usage of its UTC day up to the end of its hour, by the prices of today; in their order. */
export async function sumUsageAround(
  tx: Tx,
  { tenantId, organizationId }: { tenantId: string; organizationId: string },
  instants: readonly Date[],
): Promise<UsageAround[]> {
  if (instants.length === 0) return [];
  const rows = await tx.$queryRaw<{ earlierUsd: string; ownUsd: string }[]>`
    SELECT COALESCE(sum(h.cost_usd) FILTER (WHERE h.hour < i.hour), 0)::text AS "earlierUsd",
      COALESCE(sum(h.cost_usd) FILTER (WHERE h.hour >= i.hour), 0)::text AS "ownUsd"
    FROM (
      SELECT place, date_trunc('hour', at, 'UTC') AS hour FROM unnest(${instants}::timestamptz[]) WITH ORDINALITY AS u(at, place)
    ) i LEFT JOIN reported_hourly h ON h.tenant_id = ${tenantId}::uuid AND h.organization_id = ${organizationId}::uuid
      AND h.hour >= date_trunc('day', i.hour, 'UTC') AND h.hour <= i.hour
    GROUP BY i.place ORDER BY i.place`;
  return rows.map(({ earlierUsd, ownUsd }) => ({ earlierHours: parseUsd(earlierUsd), ownHour: parseUsd(ownUsd) }));
}
