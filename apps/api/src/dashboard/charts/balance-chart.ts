import { extent } from 'd3-array';
import { area, line } from 'd3-shape';
import { evenColumns, round } from './even-columns.js';
import { valueAxis } from './value-axis.js';

/** One day. What has been is `value`; what may come is a guess with the ends of its band. */
export interface BalancePoint {
  /** In full, for hover and the table. */
  label: string;
  axisLabel: string;
  value: number | null;
  guess: { low: number; expected: number; high: number } | null;
  isToday: boolean;
  /** What the reader is told: the amount, and of a guess the ends of its band. */
  text: string;
  lowText: string;
  highText: string;
}

export interface BalanceChartInput {
  id: string;
  title: string;
  description: string;
  axisUnit: string;
  points: readonly BalancePoint[];
}

/** Geometry of the balance so far and its forecast, in a stretched box of 1000 × `height`; labels are placed by percentages. */
export interface BalanceChartView {
  id: string;
  title: string;
  description: string;
  axisUnit: string;
  height: number;
  /** Where nothing is left. */
  zero: number;
  plotBottom: number;
  past: string;
  forecast: string;
  band: string;
  hasForecast: boolean;
  today: string;
  ticks: { y: number; text: string }[];
  columns: {
    label: string;
    axisLabel: string;
    labelClass: string;
    middle: string;
    hitX: string;
    hitWidth: string;
    y: number;
    total: string;
    readout: string;
    summary: string;
    lowText: string;
    highText: string;
  }[];
}

const plot = { width: 1000, height: 248, top: 12, bottom: 224, tickCount: 4 };

export function balanceChart(input: BalanceChartInput): BalanceChartView {
  const { points } = input;
  const columns = evenColumns(points.length);
  const [lowest = 0, highest = 0] = extent(points.flatMap(({ value, guess }) => [0, value ?? 0, guess?.high ?? 0]));
  const { y, ticks } = valueAxis({ lowest, highest, ...plot });
  const x = (_: BalancePoint, index: number) => columns.x(index, plot.width);
  const at = (valueOf: (guess: NonNullable<BalancePoint['guess']>) => number) => (point: BalancePoint) =>
    round(y(point.guess ? valueOf(point.guess) : 0));
  const isGuess = ({ guess }: BalancePoint) => guess !== null;
  const past = line<BalancePoint>()
    .defined(({ value }) => value !== null)
    .x(x)
    .y(({ value }) => round(y(value ?? 0)));
  const forecast = line<BalancePoint>()
    .defined(isGuess)
    .x(x)
    .y(at(({ expected }) => expected));
  const band = area<BalancePoint>()
    .defined(isGuess)
    .x(x)
    .y0(at(({ low }) => low))
    .y1(at(({ high }) => high));
  const todayIndex = points.findIndex(({ isToday }) => isToday);
  return {
    ...input,
    height: plot.height,
    zero: round(y(0)),
    plotBottom: plot.bottom,
    past: past([...points]) ?? '',
    forecast: forecast([...points]) ?? '',
    band: band([...points]) ?? '',
    hasForecast: points.some(isGuess),
    today: columns.place(Math.max(0, todayIndex)).middle,
    ticks,
    columns: points.map((point, index) => ({
      label: point.label,
      axisLabel: point.axisLabel,
      labelClass: labelClassOf(index, { todayIndex, count: points.length }),
      ...columns.place(index),
      y: round(y(point.value ?? point.guess?.expected ?? 0)),
      total: point.text,
      readout: readoutOf(point),
      summary: `${point.label}: ${point.text}${point.lowText && `, between ${point.lowText} and ${point.highText}`}`,
      lowText: point.lowText,
      highText: point.highText,
    })),
  };
}

function readoutOf({ lowText, highText }: BalancePoint): string {
  if (lowText === '') return '';
  return [
    ['at best', highText, 'series-1'],
    ['at worst', lowText, 'series-1'],
  ]
    .map((parts) => parts.join('\t'))
    .join('\n');
}

/** Counted from today, which is named itself; the outermost days have no room for theirs. */
function labelClassOf(index: number, { todayIndex, count }: { todayIndex: number; count: number }): string {
  if (index === todayIndex) return 'tick';
  const step = Math.max(1, Math.ceil(count / 9));
  const away = Math.abs(index - todayIndex);
  const margin = count / 40;
  if (away % step !== 0 || index < margin || index > count - 1 - margin) return '';
  return away % (step * 2) === 0 ? 'tick' : 'tick tick-wide';
}
