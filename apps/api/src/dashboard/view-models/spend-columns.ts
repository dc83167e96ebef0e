import { countDays, weeksOf } from '#domain/spend/local-days.js';
import type { SpendDay } from '#domain/spend/read-spend.js';
import { isAnyKnown } from '#domain/spend/state-of-days.js';
import { daySpan } from '../format/day-span.js';
import { groupWords } from './book-words.js';
import { spendChart, type SpendChart } from './spend-chart.js';
import type { SpendFigures } from './spend-figures.js';
import { spendHref, type SpendFilters } from './spend-filters.js';
import { splitForChart } from './split-for-chart.js';

/** More than these would be hairlines; of a longer range, a column is a week. */
export const mostColumns = 92;

/** The days of a range, column by column: in order, and of weeks the first and the last may have fewer. */
export function columnsOf(days: readonly SpendDay[]): SpendDay[][] {
  if (days.length <= mostColumns) return days.map((day) => [day]);
  const weeks = weeksOf({ fromDay: days[0]?.day ?? '', toDay: days.at(-1)?.day ?? '' });
  let passed = 0;
  return weeks.map((week) => days.slice(passed, (passed += countDays(week))));
}

/** The chart of a view, by the day or by the week, with what to call it. */
export function spendColumns(
  { book, by, spend, today }: SpendFigures,
  filters: SpendFilters,
): { chart: SpendChart; chartTitle: string } {
  const columns = columnsOf(spend.days).map((days) => ({
    days,
    first: days[0]?.day ?? '',
    last: days.at(-1)?.day ?? '',
  }));
  const columnOf = new Map(columns.flatMap(({ days, first }) => days.map(({ day }) => [day, first])));
  const lastOf = new Map(columns.map(({ first, last }) => [first, last]));
  const { points, others } = splitForChart(spend);
  const isByWeek = spend.days.length > mostColumns;
  const chartTitle = isByWeek ? 'Spend per week' : 'Spend per day';
  const chart = spendChart({
    id: 'spend-days',
    title: `${chartTitle}, by ${groupWords[by].one.toLowerCase()}`,
    days: columns.map(({ days, first, last }) => ({
      day: first,
      ...(isByWeek && { label: daySpan({ fromDay: first, toDay: last }) }),
      isKnown: isAnyKnown(days),
      isProvisional: days.some(({ isProvisional }) => isProvisional),
    })),
    ...(isByWeek && { dayCount: spend.days.length }),
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
