import { max } from 'd3-array';
import { line } from 'd3-shape';
import { evenColumns, round } from './even-columns.js';
import { valueAxis } from './value-axis.js';

export interface LinePoint {
  /** In full, for hover and the table. */
  label: string;
  axisLabel: string;
  /** Null is a gap. */
  value: number | null;
  text: string;
}

export interface LineChartInput {
  id: string;
  title: string;
  description: string;
  axisUnit: string;
  points: readonly LinePoint[];
}

/** Geometry of a line over even steps, in a stretched box of 1000 × `height`; labels are placed by percentages. */
export interface LineChartView {
  id: string;
  title: string;
  description: string;
  axisUnit: string;
  height: number;
  plotBottom: number;
  path: string;
  ticks: { y: number; text: string }[];
  columns: {
    label: string;
    axisLabel: string;
    labelClass: string;
    middle: string;
    hitX: string;
    hitWidth: string;
    hasValue: boolean;
    /** A value without neighbours, which a line cannot show. */
    isAlone: boolean;
    y: number;
    total: string;
    readout: string;
    summary: string;
  }[];
}

const plot = { width: 1000, height: 148, top: 12, bottom: 124, tickCount: 3 };

export function lineChart(input: LineChartInput): LineChartView {
  const columns = evenColumns(input.points.length);
  const isKnown = (index: number) => (input.points[index]?.value ?? null) !== null;
  const highest = max(input.points, ({ value }) => value ?? 0) ?? 0;
  const { y, ticks } = valueAxis({ lowest: 0, highest, ...plot });
  const path = line<LinePoint>()
    .defined(({ value }) => value !== null)
    .x((_, index) => columns.x(index, plot.width))
    .y(({ value }) => round(y(value ?? 0)))([...input.points]);
  return {
    id: input.id,
    title: input.title,
    description: input.description,
    axisUnit: input.axisUnit,
    height: plot.height,
    plotBottom: plot.bottom,
    path: path ?? '',
    ticks,
    columns: input.points.map((point, index) => ({
      label: point.label,
      axisLabel: point.axisLabel,
      labelClass: labelClassOf(index, input.points.length),
      ...columns.place(index),
      hasValue: point.value !== null,
      isAlone: !isKnown(index - 1) && !isKnown(index + 1),
      y: round(y(point.value ?? 0)),
      total: point.text,
      readout: '',
      summary: `${point.label}: ${point.text}`,
    })),
  };
}

function labelClassOf(index: number, count: number): string {
  const fromEnd = count - 1 - index;
  const step = Math.max(1, Math.ceil(count / 8));
  if (fromEnd % step !== 0) return '';
  return fromEnd % (step * 2) === 0 ? 'tick' : 'tick tick-wide';
}
