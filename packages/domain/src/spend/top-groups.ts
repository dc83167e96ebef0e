import type { Spend, SpendGroup } from './read-spend.js';
import { type SpendSums, subtractSpend, sumSpend } from './spend-sums.js';

/** The first `limit` groups, of those that are named, and the exact sums of the others; null when there are none. */
export function topGroups(
  { groups, groupCount, total }: Pick<Spend, 'groups' | 'groupCount' | 'total'>,
  limit: number,
): { top: SpendGroup[]; others: (SpendSums & { count: number }) | null } {
  const top = groups.slice(0, limit);
  const count = groupCount - top.length;
  return { top, others: count === 0 ? null : { count, ...subtractSpend(total, sumSpend(top)) } };
}
