import { formatUsd, formatUsdOrNull } from '#core/money.js';
import type { Book, BookSums } from '#domain/books/book.js';
import type { LimitStanding } from '#domain/spend/read-spend-dashboard.js';
import type { Spend, SpendDay } from '#domain/spend/read-spend.js';
import { knownCost, type SpendSums, sumSpend } from '#domain/spend/spend-sums.js';
import { splitDays, type SplitDays } from '#domain/spend/split-days.js';
import { isAnyKnown } from '#domain/spend/state-of-days.js';
import { topGroups } from '#domain/spend/top-groups.js';

/** Sums as JSON. A bill has money alone, so the rest of it is null; so is all of what a book does not reach. */
export function presentSums(book: Book, sums: SpendSums, { isKnown = true }: { isKnown?: boolean } = {}) {
  const { requests, inputTokens, inputCachedTokens, outputTokens, unpricedRequests, estimatedRequests } = sums;
  const cost = isKnown ? knownCost(sums) : null;
  const hasCounts = isKnown && book !== 'billed';
  return {
    costUsd: formatUsdOrNull(cost),
    requests: hasCounts ? requests : null,
    inputTokens: hasCounts ? inputTokens : null,
    inputCachedTokens: hasCounts ? inputCachedTokens : null,
    outputTokens: hasCounts ? outputTokens : null,
    unpricedRequests,
    estimatedRequests,
  };
}

/** The total of a range, which is unknown where all of its days are. */
export function presentTotal(book: Book, { total, days }: Pick<Spend, 'total' | 'days'>) {
  return presentSums(book, total, { isKnown: isAnyKnown(days) });
}

export function presentGroups(book: Book, spend: Spend) {
  const { top, others } = topGroups(spend, spend.groups.length);
  return {
    groups: top.map((sums) => ({ id: sums.group, name: groupName(sums), ...presentSums(book, sums) })),
    others: others && { count: others.count, ...presentSums(book, others) },
  };
}

const groupName = ({ group, groupName }: Pick<BookSums, 'group' | 'groupName'>) => groupName ?? group ?? 'none';

export function presentDay(book: Book, day: SpendDay, split: SplitDays) {
  const { groups, others } = presentPart(book, split, [day.day]);
  const { isKnown, isProvisional } = day;
  return { day: day.day, isKnown, isProvisional, groups, others, ...presentSums(book, day, day) };
}

/** The groups of the whole range, the dearest, with what they and all others are in a part of it. */
export function presentPart(book: Book, split: SplitDays, days: readonly string[]) {
  const groups = split.named.flatMap((one) => {
    const own = sumOf(one.ofDay, days);
    return own ? { id: one.group, name: groupName(one), ...presentSums(book, own) } : [];
  });
  const { others } = split;
  const rest = others && (sumOf(others.ofDay, days) ?? sumSpend([]));
  return { groups, others: rest && { count: others.count, ...presentSums(book, rest) } };
}

/** Null where there is nothing. Most parts are single days, and there may be thousands of them. */
function sumOf(ofDay: ReadonlyMap<string, SpendSums>, days: readonly string[]): SpendSums | null {
  const [first] = days;
  if (first !== undefined && days.length === 1) return ofDay.get(first) ?? null;
  const parts = days.flatMap((day) => ofDay.get(day) ?? []);
  return parts.length === 0 ? null : sumSpend(parts);
}

export function presentBefore(book: Book, before: Spend['before']) {
  return before && { from: before.fromDay, to: before.toDay, ...presentSums(book, before.total) };
}

const metrics = {
  cost: (sums: SpendSums) => formatUsd(sums.cost),
  requests: (sums: SpendSums) => sums.requests,
  inputTokens: (sums: SpendSums) => sums.inputTokens,
  outputTokens: (sums: SpendSums) => sums.outputTokens,
};
export type Metric = keyof typeof metrics;

/** One series per group, and one for the others; each has a point per day. */
export function presentSeries(spend: Spend, metric: Metric) {
  const { days } = spend;
  const seriesOf = (ofDay: ReadonlyMap<string, SpendSums>) =>
    days.map((day) => toPoint(day, ofDay.get(day.day) ?? sumSpend([]), metric));
  if (spend.groups.length === 0) {
    return [{ id: null, name: 'total', points: seriesOf(new Map(days.map((day) => [day.day, day]))) }];
  }
  const { named, others } = splitDays(spend);
  return [
    ...named.map((one) => ({ id: one.group, name: groupName(one), points: seriesOf(one.ofDay) })),
    ...(others ? [{ id: null, name: `${others.count} others`, points: seriesOf(others.ofDay) }] : []),
  ];
}

function toPoint({ day, isKnown, isProvisional }: SpendDay, sums: SpendSums, metric: Metric) {
  const isUnpriced = metric === 'cost' && knownCost(sums) === null;
  return { t: day, value: isKnown && !isUnpriced ? metrics[metric](sums) : null, isProvisional };
}

export function presentStanding({ book, spent, limit, remaining, over }: LimitStanding) {
  return {
    book,
    limitUsd: formatUsdOrNull(limit),
    spentUsd: formatUsdOrNull(spent),
    remainingUsd: formatUsdOrNull(remaining),
    overUsd: formatUsdOrNull(over),
  };
}
