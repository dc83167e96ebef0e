import { scaleLinear } from 'd3-scale';
import { round } from './even-columns.js';

interface ValueAxisInput {
  /** Values, and where the axis stands, in pixels from the top of the chart. */
  lowest: number;
  highest: number;
  top: number;
  bottom: number;
  /** About how many; they stand at round values. */
  tickCount: number;
}

/** An axis has room for six characters. */
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** Where values stand on an axis that begins and ends at round ones, and the ticks of it. */
export function valueAxis({ lowest, highest, top, bottom, tickCount }: ValueAxisInput) {
  const y = scaleLinear()
    .domain([lowest, highest === lowest ? lowest + 1 : highest])
    .nice(tickCount)
    .range([bottom, top]);
  const isLong = y.domain().some((end) => Math.abs(end) >= 10_000);
  const format = isLong ? shorten : y.tickFormat(tickCount);
  return { y, ticks: y.ticks(tickCount).map((tick) => ({ y: round(y(tick)), text: format(tick) })) };
}

/** With the minus sign of all other numbers. */
function shorten(tick: number): string {
  return compact.format(tick).replace('K', 'k').replace('-', '−');
}
