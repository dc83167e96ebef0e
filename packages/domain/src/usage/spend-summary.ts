import type { Clock } from '#core/clock.js';
import type { PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { sumUsage } from './sum-usage.js';

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

/** Measured spend since the beginning of the tenant's local day and month, exact to the record. */
export async function spendSummary(deps: { db: Database; clock: Clock }, tenantId: string): Promise<SpendSummary> {
  const { day, dayBegan, monthBegan } = await readBeginnings(deps, tenantId);
  const [today, thisMonth] = await Promise.all([
    spendSince(deps, tenantId, dayBegan),
    spendSince(deps, tenantId, monthBegan),
  ]);
  return { day, today, thisMonth };
}

async function readBeginnings(deps: { db: Database; clock: Clock }, tenantId: string) {
  const now = deps.clock.now();
  const [row] = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<{ day: string; dayBegan: Date; monthBegan: Date }[]>`
      SELECT to_char(${now}::timestamptz AT TIME ZONE reporting_time_zone, 'YYYY-MM-DD') AS day,
        date_trunc('day', ${now}::timestamptz, reporting_time_zone) AS "dayBegan",
        date_trunc('month', ${now}::timestamptz, reporting_time_zone) AS "monthBegan"
      FROM tenant WHERE id = ${tenantId}::uuid`,
  );
  if (!row) throw new Error('a summary needs a tenant that exists');
  return row;
}

async function spendSince(deps: { db: Database }, tenantId: string, from: Date): Promise<Spend> {
  const { cost, requests, unpricedRequests, estimatedRequests } = await sumUsage(deps, tenantId, { from });
  return { cost, requests, unpricedRequests, estimatedRequests };
}
