import { group as groupBy } from 'd3-array';
import { formatUsd, type PicoUsd } from '#core/money.js';
import type { Book, BookSums } from '#domain/books/book.js';
import type { BookDay } from '#domain/books/sum-book-by-day.js';
import type { LimitStanding } from '#domain/spend/read-spend-dashboard.js';
import type { Spend, SpendDay } from '#domain/spend/read-spend.js';
import { knownCost, type SpendSums, sumSpend } from '#domain/spend/spend-sums.js';
import { topGroups } from '#domain/spend/top-groups.js';

/** Sums as JSON. A bill has money alone, so the rest of it is null; so is all of what a book does not reach. */
export function presentSums(book: Book, sums: SpendSums, { isKnown = true }: { isKnown?: boolean } = {}) {
  const { requests, inputTokens, inputCachedTokens, outputTokens, unpricedRequests, estimatedRequests } = sums;
  const cost = isKnown ? knownCost(sums) : null;
  const hasCounts = isKnown && book !== 'billed';
  return {
    costUsd: cost === null ? null : formatUsd(cost),
    requests: hasCounts ? requests : null,
    inputTokens: hasCounts ? inputTokens : null,
    inputCachedTokens: hasCounts ? inputCachedTokens : null,
    outputTokens: hasCounts ? outputTokens : null,
    unpricedRequests,
    estimatedRequests,
  };
}

export function presentGroups(book: Book, groups: readonly BookSums[], limit: number) {
  const { top, others } = topGroups(groups, limit);
  return {
    groups: top.map((sums) => ({ id: sums.group, name: groupName(sums), ...presentSums(book, sums) })),
    others: others && { count: others.count, ...presentSums(book, others) },
  };
}

const groupName = ({ group, groupName }: Pick<BookSums, 'group' | 'groupName'>) => groupName ?? group ?? 'none';

/** The same groups everywhere in one answer: the dearest of the whole range, here with what they are in a part of it. */
export function presentPart(book: Book, points: readonly BookDay[], named: ReadonlySet<string | null>) {
  const top = [...named].flatMap((group) => {
    const own = points.filter((point) => point.group === group);
    const [first] = own;
    return first ? [{ id: group, name: groupName(first), ...presentSums(book, sumSpend(own)) }] : [];
  });
  const rest = points.filter(({ group }) => !named.has(group));
  const count = new Set(rest.map(({ group }) => group)).size;
  return { groups: top, others: count === 0 ? null : { count, ...presentSums(book, sumSpend(rest)) } };
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
export function presentSeries(
  { days, points, groups }: Pick<Spend, 'days' | 'points' | 'groups'>,
  { limit, metric, isGrouped }: { limit: number; metric: Metric; isGrouped: boolean },
) {
  if (!isGrouped) return [{ id: null, name: 'total', points: days.map((day) => toPoint(day, day, metric)) }];
  const { top, others } = topGroups(groups, limit);
  const named = new Set(top.map(({ group }) => group));
  const seriesOf = (own: readonly BookDay[]) => {
    const ofDay = groupBy(own, ({ day }) => day);
    return days.map((day) => toPoint(day, sumSpend(ofDay.get(day.day) ?? []), metric));
  };
  return [
    ...top.map((sums) => ({
      id: sums.group,
      name: groupName(sums),
      points: seriesOf(points.filter(({ group }) => group === sums.group)),
    })),
    ...(others
      ? [
          {
            id: null,
            name: `${others.count} others`,
            points: seriesOf(points.filter(({ group }) => !named.has(group))),
          },
        ]
      : []),
  ];
}

function toPoint({ day, isKnown, isProvisional }: SpendDay, sums: SpendSums, metric: Metric) {
  const isUnpriced = metric === 'cost' && knownCost(sums) === null;
  return { t: day, value: isKnown && !isUnpriced ? metrics[metric](sums) : null, isProvisional };
}

export function presentStanding({ book, spent, limit, remaining, over }: LimitStanding) {
  return {
    book,
    limitUsd: usdOrNull(limit),
    spentUsd: formatUsd(spent),
    remainingUsd: usdOrNull(remaining),
    overUsd: usdOrNull(over),
  };
}

const usdOrNull = (amount: PicoUsd | null) => (amount === null ? null : formatUsd(amount));
