import type { Clock } from '#core/clock.js';
import { type PicoUsd, parseUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

export interface Spend {
  /** Of what has a price. */
  cost: PicoUsd;
  requests: number;
  unpricedRequests: number;
  estimatedRequests: number;
}

export interface SpendSummary {
  /** Today, `YYYY-MM-DD` in the tenant's reporting time zone. */
  day: string;
  today: Spend;
  thisMonth: Spend;
}

/** Measured spend since the beginning of the tenant's local day and month; hours are cut as in `spendByDay`. */
export async function spendSummary(deps: { db: Database; clock: Clock }, tenantId: string): Promise<SpendSummary> {
  const now = deps.clock.now();
  const rows = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<SummaryRow[]>`
      WITH zone AS (SELECT reporting_time_zone AS name FROM tenant WHERE id = ${tenantId}::uuid)
      SELECT period, to_char(${now}::timestamptz AT TIME ZONE zone.name, 'YYYY-MM-DD') AS day,
        COALESCE(sum(h.cost_usd), 0)::text AS "costUsd", COALESCE(sum(h.requests), 0)::float8 AS requests,
        COALESCE(sum(h.unpriced_requests), 0)::float8 AS "unpricedRequests",
        COALESCE(sum(h.estimated_requests), 0)::float8 AS "estimatedRequests"
      FROM zone CROSS JOIN (VALUES ('day'), ('month')) AS periods (period)
        LEFT JOIN usage_hourly h ON h.tenant_id = ${tenantId}::uuid
          AND h.hour >= date_trunc(period, ${now}::timestamptz, zone.name) AND h.hour <= ${now}
      GROUP BY period, zone.name`,
  );
  return { day: rows[0]?.day ?? '', today: toSpend(rows, 'day'), thisMonth: toSpend(rows, 'month') };
}

type SummaryRow = Omit<Spend, 'cost'> & { period: 'day' | 'month'; day: string; costUsd: string };

function toSpend(rows: SummaryRow[], period: 'day' | 'month'): Spend {
  const row = rows.find((candidate) => candidate.period === period);
  if (!row) throw new Error('a summary needs a tenant that exists');
  const { cost, requests, unpricedRequests, estimatedRequests } = { ...row, cost: parseUsd(row.costUsd) };
  return { cost, requests, unpricedRequests, estimatedRequests };
}
