import { max } from 'd3-array';
import { scaleBand } from 'd3-scale';
import { stack, stackOrderNone } from 'd3-shape';
import { round } from './even-columns.js';
import type { Series } from './series.js';
import { otherColour } from './series-colours.js';
import { valueAxis } from './value-axis.js';

export interface BarColumn {
  id: string;
  /** In full, for hover and the table: `Sat 21 Nov`. */
  label: string;
  /** On the axis: `21 Nov`. */
  axisLabel: string;
  /** Amount per series id. Null: nothing is known about this column, which draws a gap and not a zero. */
  amounts: ReadonlyMap<string, bigint> | null;
  /** Still growing or not final; drawn hatched. */
  isProvisional: boolean;
  /** Where a click on the column leads, and its row of the table. */
  href?: string;
}

export interface StackedBarsInput {
  /** Unique on the page; ids of title, description and pattern are made of it. */
  id: string;
  title: string;
  description: string;
  series: readonly Series[];
  columns: readonly BarColumn[];
  /** What a column is; default: a day. */
  columnName?: string;
  /** How many of the smallest unit one axis unit holds, such as pico-USD per USD. */
  unitsPerAxisUnit: number;
  /** Stands at the top of the axis. */
  axisUnit: string;
  formatAmount: (amount: bigint) => string;
  /** What hatched columns are, for the legend. */
  provisionalNote: string;
}

/**
 * Geometry of a stacked bar chart. Horizontal lengths are percentages, so that it fills any width without scaling its
 * text; vertical ones are pixels of a plot `height` high.
 */
export interface StackedBarsView {
  id: string;
  title: string;
  description: string;
  axisUnit: string;
  height: number;
  plotBottom: number;
  gapHeight: number;
  hasProvisional: boolean;
  provisionalNote: string;
  hasGap: boolean;
  ticks: { y: number; text: string }[];
  columns: ColumnView[];
  series: { name: string; colour: string }[];
  table: { head: string[]; rows: { label: string; href: string; note: string; cells: string[] }[] };
}

export interface ColumnView {
  label: string;
  axisLabel: string;
  /** Every second, and every fourth, label stays on narrow screens. */
  labelClass: string;
  x: string;
  width: string;
  middle: string;
  hitX: string;
  hitWidth: string;
  isGap: boolean;
  isProvisional: boolean;
  bars: { y: number; height: number; colour: string }[];
  top: number;
  total: string;
  /** Lines for the reader on hover, largest first: `gpt-5-mini\t$1.20\tseries-1`. */
  readout: string;
  summary: string;
  /** Empty for none. */
  href: string;
}

const plot = { height: 248, top: 12, bottom: 224, tickCount: 4 };

export function stackedBars(input: StackedBarsInput): StackedBarsView {
  const ids = input.series.map(({ id }) => id);
  const layers = stack<BarColumn, string>()
    .keys(ids)
    .value((column, id) => Number(column.amounts?.get(id) ?? 0n) / input.unitsPerAxisUnit)
    .order(stackOrderNone)([...input.columns]);
  const highest = max(layers, (layer) => max(layer, ([, upper]) => upper)) ?? 0;
  const { y, ticks } = valueAxis({ lowest: 0, highest: Math.max(0, highest), ...plot });
  const x = scaleBand<number>()
    .domain(input.columns.map((_, index) => index))
    .range([0, 100])
    .paddingInner(0.28)
    .paddingOuter(0.14);
  return {
    id: input.id,
    title: input.title,
    description: input.description,
    axisUnit: input.axisUnit,
    height: plot.height,
    plotBottom: plot.bottom,
    gapHeight: plot.bottom - plot.top,
    hasGap: input.columns.some(({ amounts }) => amounts === null),
    hasProvisional: input.columns.some(({ isProvisional }) => isProvisional),
    provisionalNote: input.provisionalNote,
    ticks,
    columns: input.columns.map((column, index) => ({
      ...columnText(column, index, input),
      ...columnPlace(index, x),
      bars: layers.flatMap((layer, layerIndex) => {
        const [lower = 0, upper = 0] = layer[index] ?? [];
        if (upper <= lower) return [];
        // What is there is seen, however small: half a pixel at least.
        const height = Math.max(0.5, y(lower) - y(upper));
        const colour = input.series[layerIndex]?.colour ?? otherColour;
        return [{ y: round(y(lower) - height), height: round(height), colour }];
      }),
      top: round(y(max(layers, (layer) => layer[index]?.[1] ?? 0) ?? 0)),
    })),
    series: input.series.map(({ name, colour }) => ({ name, colour })),
    table: tableOf(input),
  };
}

function columnPlace(index: number, x: ReturnType<typeof scaleBand<number>>) {
  const left = x(index) ?? 0;
  const hitLeft = left - (x.step() - x.bandwidth()) / 2;
  return {
    x: `${round(left)}%`,
    width: `${round(x.bandwidth())}%`,
    middle: `${round(left + x.bandwidth() / 2)}%`,
    hitX: `${round(hitLeft)}%`,
    hitWidth: `${round(x.step())}%`,
  };
}

function columnText(column: BarColumn, index: number, input: StackedBarsInput) {
  const { amounts } = column;
  const parts = input.series
    .map(({ id, name, colour }) => ({ name, colour, amount: amounts?.get(id) ?? 0n }))
    .filter(({ amount }) => amount > 0n);
  const total = amounts ? input.formatAmount(parts.reduce((all, part) => all + part.amount, 0n)) : 'no data';
  return {
    label: column.label,
    axisLabel: column.axisLabel,
    labelClass: labelClassOf(index, input.columns.length),
    isGap: amounts === null,
    isProvisional: column.isProvisional,
    total,
    readout: parts.map((part) => [part.name, input.formatAmount(part.amount), part.colour].join('\t')).join('\n'),
    summary: `${column.label}: ${total}${column.isProvisional ? ', so far' : ''}`,
    href: column.href ?? '',
  };
}

/** Counted from the newest column, so that the last one always has its label. */
function labelClassOf(index: number, columnCount: number): string {
  const step = Math.max(1, Math.ceil(columnCount / 10));
  const fromEnd = columnCount - 1 - index;
  if (fromEnd % step !== 0) return '';
  return fromEnd % (step * 3) === 0 ? 'tick' : 'tick tick-wide';
}

function tableOf(input: StackedBarsInput): StackedBarsView['table'] {
  return {
    head: [input.columnName ?? 'Day', ...input.series.map(({ name }) => name), 'Total'],
    rows: input.columns.toReversed().map(({ label, href = '', amounts, isProvisional }) => {
      const values = input.series.map(({ id }) => amounts?.get(id) ?? 0n);
      const total = values.reduce((all, value) => all + value, 0n);
      const cells = amounts ? [...values, total].map((value) => (value === 0n ? '–' : input.formatAmount(value))) : [];
      const note = amounts ? (isProvisional ? 'so far' : '') : 'no data';
      return { label, href, note, cells: amounts ? cells : [...values, 0n].map(() => '–') };
    }),
  };
}
