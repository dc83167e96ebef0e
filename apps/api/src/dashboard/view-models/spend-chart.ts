import { picoUsdPerUsd } from '#core/money.js';
import { foldSeries, otherSeriesId, type Series, type SeriesPoint } from '../charts/series.js';
import { stackedBars, type BarColumn, type StackedBarsView } from '../charts/stacked-bars.js';
import { formatMoney } from '../format/format-money.js';
import { formatDay, formatMonthShort, formatDayShort } from '../format/format-time.js';
import { formatPercent } from '../format/format-percent.js';
import type { SpendPoint } from './inputs.js';
import { otherColour } from '../charts/series-colours.js';

export interface SpendChartInput {
  id: string;
  title: string;
  /** Every day to show, oldest first; a day that the book does not cover has `isKnown` false. */
  days: { day: string; isKnown: boolean; isProvisional?: boolean; label?: string }[];
  /** How many days they are, where a column is a week; default: as many as there are columns. */
  dayCount?: number;
  /** The day that is still running, drawn hatched as what is provisional is. */
  today: string;
  /** What hatched days are; default “today so far”. */
  provisionalNote?: string;
  points: SpendPoint[];
  /** What the points leave out of each day, and of how many groups that is. */
  others?: { count: number; ofDay: ReadonlyMap<string, { cost: bigint }> } | null | undefined;
  /** What has no group; default “No stored key”. */
  noneName?: string;
  /** Where a click on a day leads. */
  hrefOfDay?: (day: string) => string;
}

export interface SpendChart {
  chart: StackedBarsView;
  isEmpty: boolean;
  /** The colour of each series that is drawn by itself, by group. */
  colours: ReadonlyMap<string, string>;
  /** The legend is a table: who, how much, which share. */
  shares: { name: string; colour: string; amount: string; title: string; share: string; shareWidth: string }[];
}

export function spendChart(input: SpendChartInput): SpendChart {
  const points = input.points
    .filter(({ cost }) => cost > 0n)
    .map(({ day, group, groupName, cost }): SeriesPoint => ({
      column: day,
      seriesId: group ?? '',
      seriesName: groupName ?? input.noneName ?? 'No stored key',
      amount: cost,
    }));
  const rest = othersOf(input);
  const series = [...foldSeries(points), ...rest.series];
  points.push(...rest.points);
  const total = series.reduce((all, one) => all + one.total, 0n);
  const chart = stackedBars({
    id: input.id,
    title: input.title,
    description: describe(input, series, total),
    series,
    columns: columnsOf(input, points, series),
    ...(input.dayCount !== undefined && { columnName: 'Week' }),
    ...axisOf(points),
    formatAmount: (amount) => formatMoney(amount).text,
    provisionalNote: input.provisionalNote ?? 'today so far',
  });
  const colours = new Map(series.map(({ id, colour }) => [id, colour]));
  return { chart, isEmpty: total === 0n, colours, shares: series.map((one) => shareOf(one, total)) };
}

function othersOf({ others }: SpendChartInput): { series: Series[]; points: SeriesPoint[] } {
  const costing = [...(others?.ofDay ?? [])].filter(([, { cost }]) => cost > 0n);
  if (!others || costing.length === 0) return { series: [], points: [] };
  const named = { seriesId: otherSeriesId, seriesName: others.count === 1 ? '1 other' : `${others.count} others` };
  const points = costing.map(([column, { cost }]) => ({ column, ...named, amount: cost }));
  const total = points.reduce((all, { amount }) => all + amount, 0n);
  return { series: [{ id: otherSeriesId, name: named.seriesName, total, colour: otherColour }], points };
}

const axisUnits = [
  { unit: 'USD', perUsd: 1, from: 0.1 },
  { unit: '10⁻³ USD', perUsd: 1e3, from: 1e-4 },
  { unit: '10⁻⁶ USD', perUsd: 1e6, from: 1e-7 },
  { unit: '10⁻⁹ USD', perUsd: 1e9, from: 0 },
] as const;

/** A unit in which the ticks are short numbers. */
function axisOf(points: readonly SeriesPoint[]) {
  const ofDay = new Map<string, bigint>();
  for (const { column, amount } of points) ofDay.set(column, (ofDay.get(column) ?? 0n) + amount);
  const highest = Math.max(0, ...[...ofDay.values()].map(Number)) / Number(picoUsdPerUsd);
  const { unit, perUsd } = axisUnits.find(({ from }) => highest === 0 || highest >= from) ?? axisUnits[0];
  return {
    axisUnit: unit,
    unitsPerAxisUnit: Number(picoUsdPerUsd) / perUsd,
  };
}

function columnsOf(input: SpendChartInput, points: SeriesPoint[], series: Series[]): BarColumn[] {
  const shown = new Set(series.map(({ id }) => id));
  const amountsByDay = new Map<string, Map<string, bigint>>();
  for (const { column, seriesId, amount } of points) {
    const amounts = amountsByDay.get(column) ?? new Map<string, bigint>();
    const id = shown.has(seriesId) ? seriesId : otherSeriesId;
    amountsByDay.set(column, amounts.set(id, (amounts.get(id) ?? 0n) + amount));
  }
  // Of more than a year one day may be there twice; its year besides has no room.
  const toAxisLabel = (input.dayCount ?? 0) > 365 ? formatMonthShort : formatDayShort;
  return input.days.map(({ day, isKnown, isProvisional = false, label = formatDay(day) }) => ({
    id: day,
    label,
    axisLabel: toAxisLabel(day),
    amounts: amountsByDay.get(day) ?? (isKnown ? new Map() : null),
    isProvisional: isKnown && (isProvisional || day === input.today),
    ...(input.hrefOfDay && isKnown && { href: input.hrefOfDay(day) }),
  }));
}

function shareOf({ name, colour, total: amount }: Series, total: bigint): SpendChart['shares'][number] {
  const ratio = total === 0n ? 0 : Number(amount) / Number(total);
  const { text, title } = formatMoney(amount);
  return { name, colour, amount: text, title, share: formatPercent(ratio), shareWidth: `${(ratio * 100).toFixed(1)}%` };
}

function describe({ days, dayCount = days.length }: SpendChartInput, series: Series[], total: bigint): string {
  const largest = series[0];
  if (!largest) return `No spend in ${dayCount} days.`;
  return `${formatMoney(total).text} in ${dayCount} days; the largest part is ${largest.name} with ${formatMoney(largest.total).text}.`;
}
