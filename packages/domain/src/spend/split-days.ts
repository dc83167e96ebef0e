import type { BookDay } from '../books/sum-book-by-day.js';
import type { Spend } from './read-spend.js';
import { type SpendSums, subtractSpend, sumSpend } from './spend-sums.js';

export interface SplitDays {
  /** Of the dearest groups, in the order of the groups. */
  named: { group: string | null; groupName: string | null; ofDay: ReadonlyMap<string, BookDay> }[];
  /** What is left of each day; null when no group is. */
  others: { count: number; ofDay: ReadonlyMap<string, SpendSums> } | null;
}

/**
 * The days of the `limit` dearest groups (default: of all that are named), one by one, and of all others together; they add
 * up to each day exactly.
 */
export function splitDays(
  { days, points, groups, groupCount }: Pick<Spend, 'days' | 'points' | 'groups' | 'groupCount'>,
  limit = groups.length,
): SplitDays {
  const named = groups
    .slice(0, limit)
    .map(({ group, groupName }) => ({ group, groupName, ofDay: new Map<string, BookDay>() }));
  const byGroup = new Map(named.map((one) => [one.group, one]));
  const ofDay = new Map<string, SpendSums[]>(days.map(({ day }) => [day, []]));
  for (const point of points) {
    const own = byGroup.get(point.group);
    if (!own) continue;
    own.ofDay.set(point.day, point);
    ofDay.get(point.day)?.push(point);
  }
  if (groupCount === named.length) return { named, others: null };
  const rest = days.map((sums) => [sums.day, subtractSpend(sums, sumSpend(ofDay.get(sums.day) ?? []))] as const);
  return { named, others: { count: groupCount - named.length, ofDay: new Map(rest) } };
}
