import { parseUsdSum, type PicoUsd } from '#core/money.js';
import type { Tx } from '#db/database.js';
import type { UsageAround } from './cost-before-sync.js';

const hourMs = 3_600_000;

/** Of each instant the reported usage of its UTC day up to the end of its hour, by the prices of today; in their order. */
export async function sumUsageAround(
  tx: Tx,
  { tenantId, organizationId }: { tenantId: string; organizationId: string },
  instants: readonly Date[],
): Promise<UsageAround[]> {
  if (instants.length === 0) return [];
  const hoursOf = instants.map(hoursOfDayUpTo);
  // Named one by one: a range that a join gives is not looked up in the index.
  const hours = [...new Set(hoursOf.flat())].map((hour) => new Date(hour * hourMs));
  const rows = await tx.$queryRaw<{ hour: Date; usd: string }[]>`
    SELECT hour, sum(cost_usd)::text AS usd FROM reported_hourly
    WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid AND hour = ANY(${hours}::timestamptz[])
    GROUP BY hour`;
  const costOf = new Map(rows.map(({ hour, usd }) => [hour.getTime() / hourMs, parseUsdSum(usd)]));
  const sum = (of: readonly number[]) => of.reduce<PicoUsd>((total, hour) => total + (costOf.get(hour) ?? 0n), 0n);
  return hoursOf.map((of) => ({ earlierHours: sum(of.slice(0, -1)), ownHour: sum(of.slice(-1)) }));
}

/** Hours since the epoch, which begin with UTC's; the last is the instant's own. */
function hoursOfDayUpTo(at: Date): number[] {
  const own = Math.floor(at.getTime() / hourMs);
  return Array.from({ length: (own % 24) + 1 }, (_, index) => own - (own % 24) + index);
}
