import type { BilledPrices } from './billed-prices.js';
import { costLinesOf, type CostLine } from './cost-lines.js';
import { createOrganization } from './create-organization.js';
import type { Organization } from './organization.js';
import { createUsageReader, type ReportedUsage } from './reported-usage.js';
import type { UsageSlice } from './usage-leaf.js';

/** One organization, and what its API would report of it at an instant. */
export interface OrganizationView {
  organization: Organization;
  usageAt(nowSeconds: number): ReportedUsage;
  costsAt(nowSeconds: number): { between(fromSecond: number, toSecond: number): CostLine[] };
}

// Bills are made by the hour and come later than usage does: on an open day the two never agree.
const costStepSeconds = 3600;
const costLagSeconds = 5 * 3600;

/** Usage and costs come from the same leaves, so that each can be checked against the other. */
export function createOrganizationView(options: { id: string; seed: number; prices: BilledPrices }): OrganizationView {
  const organization = createOrganization(options);
  const usageAt = createUsageReader(organization);
  const known = new WeakMap<UsageSlice['counts'], CostLine[]>();
  const linesOf = (slice: UsageSlice): CostLine[] => {
    if (slice.leaf.kind === 'vector_stores') return costLinesOf(options.prices, slice);
    const lines = known.get(slice.counts) ?? costLinesOf(options.prices, slice);
    known.set(slice.counts, lines);
    return lines;
  };
  return {
    organization,
    usageAt,
    costsAt: (nowSeconds) => ({
      between: (fromSecond, toSecond) => {
        const edge = Math.floor((nowSeconds - costLagSeconds) / costStepSeconds) * costStepSeconds;
        return usageAt(nowSeconds).between(fromSecond, Math.min(toSecond, edge)).flatMap(linesOf);
      },
    }),
  };
}
