import type { BookSums } from '../books/book.js';
import { type SpendSums, sumSpend } from './spend-sums.js';

/** The first `limit` groups, and the exact sums of the others; null when there are none. */
export function topGroups<Group extends BookSums>(
  groups: readonly Group[],
  limit: number,
): { top: Group[]; others: (SpendSums & { count: number }) | null } {
  const rest = groups.slice(limit);
  const others = rest.length === 0 ? null : { count: rest.length, ...sumSpend(rest) };
  return { top: groups.slice(0, limit), others };
}
