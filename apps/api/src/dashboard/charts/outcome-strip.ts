import type { ProbeOutcome } from '#openai/probe-outcome.js';
import type { HourOfProbes } from '../view-models/inputs.js';
import { outcomeAdvice, type Tone } from '../view-models/outcome-advice.js';
import { formatCount } from '../format/format-tokens.js';
import { round } from './even-columns.js';

export interface OutcomeStripView {
  summary: string;
  height: number;
  cells: OutcomeCell[];
}

export interface OutcomeCell {
  x: string;
  width: string;
  middle: string;
  title: string;
  /** Nothing was tested in this hour. */
  isEmpty: boolean;
  /** Stacked from the top: what failed first, so that trouble hangs where the eye runs along. */
  parts: { y: number; height: number; tone: Tone }[];
}

const gapShare = 0.22;
const tonesFromTop: Tone[] = ['bad', 'warn', 'muted'];

/** One cell per hour, filled by the share of what its probes found. A lone failure still shows (2 px at least). */
export function outcomeStrip(
  hours: readonly HourOfProbes[],
  options: { height: number; formatHour: (startsAt: Date) => string },
): OutcomeStripView {
  const step = 100 / Math.max(1, hours.length);
  return {
    height: options.height,
    summary: summaryOf(hours),
    cells: hours.map((hour, index) => ({
      x: `${round(index * step)}%`,
      width: `${round(step * (1 - gapShare))}%`,
      middle: `${round((index + 0.5) * step)}%`,
      title: `${options.formatHour(hour.startsAt)}: ${describeHour(hour)}`,
      isEmpty: hour.runs === 0,
      parts: hour.runs === 0 ? [] : partsOf(hour, options.height),
    })),
  };
}

function partsOf(hour: HourOfProbes, height: number): OutcomeCell['parts'] {
  const runsByTone = new Map<Tone, number>();
  for (const [outcome, runs] of failuresOf(hour)) {
    const { tone } = outcomeAdvice[outcome];
    runsByTone.set(tone, (runsByTone.get(tone) ?? 0) + runs);
  }
  let y = 0;
  const parts: OutcomeCell['parts'] = [];
  for (const tone of tonesFromTop) {
    const runs = runsByTone.get(tone) ?? 0;
    if (runs === 0) continue;
    const partHeight = Math.min(height - y, Math.max(2, Math.round((runs / hour.runs) * height)));
    parts.push({ y, height: partHeight, tone });
    y += partHeight;
  }
  return y < height && hour.ok > 0 ? [...parts, { y, height: height - y, tone: 'ok' }] : parts;
}

function describeHour(hour: HourOfProbes): string {
  if (hour.runs === 0) return 'not tested';
  const failures = failuresOf(hour).map(
    ([outcome, runs]) => `${formatCount(runs)} ${outcomeAdvice[outcome].word.toLowerCase()}`,
  );
  return [`${formatCount(hour.ok)} of ${formatCount(hour.runs)} ok`, ...failures].join(', ');
}

function summaryOf(hours: readonly HourOfProbes[]): string {
  const runs = hours.reduce((all, hour) => all + hour.runs, 0);
  const ok = hours.reduce((all, hour) => all + hour.ok, 0);
  if (runs === 0) return `No probes in the last ${hours.length} hours`;
  return `Last ${hours.length} hours: ${formatCount(ok)} of ${formatCount(runs)} probes ok`;
}

function failuresOf(hour: HourOfProbes): [ProbeOutcome, number][] {
  return (Object.entries(hour.failedByOutcome) as [ProbeOutcome, number][]).filter(([, runs]) => runs > 0);
}
