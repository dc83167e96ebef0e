import { line } from 'd3-shape';

export interface SparklineView {
  /** SVG path in a box of `width` × `height`; broken where a value is missing. Empty when there is nothing to draw. */
  path: string;
  width: number;
  height: number;
  /** Values without neighbours, which a line cannot show. */
  dots: { x: number; y: number }[];
  last: { x: number; y: number } | null;
}

const inset = 3;

/** A line over evenly spaced values. The scale starts at zero, so that a small wobble does not look like a storm. */
export function sparkline(values: readonly (number | null)[], width: number, height: number): SparklineView {
  // A page has one in each row of its tables: two scales of a library would take longer than the line.
  const highest = Math.max(0, ...values.map((value) => value ?? 0)) || 1;
  const perStep = (width - 2 * inset) / Math.max(1, values.length - 1);
  const x = (index: number) => inset + index * perStep;
  const y = (value: number) => height - inset - (value / highest) * (height - 2 * inset);
  const points = values.map((value, index) => (value === null ? null : { x: round(x(index)), y: round(y(value)) }));
  const path = line<{ x: number; y: number } | null>()
    .defined((point) => point !== null)
    .x((point) => point?.x ?? 0)
    .y((point) => point?.y ?? 0)(points);
  const isAlone = (index: number) => !points[index - 1] && !points[index + 1];
  return {
    path: path ?? '',
    width,
    height,
    dots: points.filter((point, index) => point !== null && isAlone(index)).filter((point) => point !== null),
    last: points.findLast((point) => point !== null) ?? null,
  };
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
