import { isAnyKnown } from '#domain/spend/state-of-days.js';
import { groupWords } from './book-words.js';
import { spendChart, type SpendChart } from './spend-chart.js';
import type { SpendFigures } from './spend-figures.js';
import { spendHref, type SpendFilters } from './spend-filters.js';
import { splitForChart } from './split-for-chart.js';

/** More than these would be hairlines; of a longer range, a column is a week. */
export const mostColumns = 92;

/** The chart of a view, by the day or by the week, with what to call it. */
export function spendColumns(
  { book, by, spend, today }: SpendFigures,
  filters: SpendFilters,
): { chart: SpendChart; chartTitle: string } {
  const step = spend.days.length > mostColumns ? 7 : 1;
  const columns = Array.from({ length: Math.ceil(spend.days.length / step) }, (_, index) =>
    spend.days.slice(index * step, (index + 1) * step),
  ).map((days) => ({ days, first: days[0]?.day ?? '', last: days.at(-1)?.day ?? '' }));
  const columnOf = new Map(columns.flatMap(({ days, first }) => days.map(({ day }) => [day, first])));
  const lastOf = new Map(columns.map(({ first, last }) => [first, last]));
  const { points, others } = splitForChart(spend);
  const chartTitle = step === 1 ? 'Spend per day' : 'Spend per week';
  const chart = spendChart({
    id: 'spend-days',
    title: `${chartTitle}, by ${groupWords[by].one.toLowerCase()}`,
    days: columns.map(({ days, first }) => ({
      day: first,
      isKnown: isAnyKnown(days),
      isProvisional: days.some(({ isProvisional }) => isProvisional),
    })),
    today,
    points: points.map((point) => ({ ...point, day: columnOf.get(point.day) ?? point.day })),
    others: others && { count: others.count, ofDay: inColumns(others.ofDay, columnOf) },
    noneName: groupWords[by].none,
    provisionalNote: book === 'measured' ? 'today so far' : 'not final yet',
    hrefOfDay: (day) => spendHref(filters, { range: 'custom', from: day, to: lastOf.get(day) ?? day }),
  });
  return { chart, chartTitle };
}

function inColumns(
  ofDay: ReadonlyMap<string, { cost: bigint }>,
  columnOf: ReadonlyMap<string, string>,
): Map<string, { cost: bigint }> {
  const sums = new Map<string, { cost: bigint }>();
  for (const [day, { cost }] of ofDay) {
    const column = columnOf.get(day) ?? day;
    sums.set(column, { cost: (sums.get(column)?.cost ?? 0n) + cost });
  }
  return sums;
}
