import { group } from 'd3-array';
import { startOfHours } from '#domain/probes/start-of-hours.js';
import type { HourlyProbes } from '#domain/probes/sum-probes-per-hour.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';
import type { HourOfProbes } from '../view-models/inputs.js';

const hourMs = 3_600_000;
/** Their time is the time we waited, not the time OpenAI took. */
const unanswered: readonly ProbeOutcome[] = ['timeout', 'network-error', 'cannot-open'];

/** The last `count` hours, oldest first; an hour without a row is one without probes. */
export function hoursOfProbes(rows: readonly HourlyProbes[], now: Date, count: number): HourOfProbes[] {
  const byHour = group(rows, ({ hour }) => hour.getTime());
  const first = startOfHours(now, count).getTime();
  return Array.from({ length: count }, (_, index) => {
    const startsAt = first + index * hourMs;
    return sumHour(new Date(startsAt), byHour.get(startsAt) ?? []);
  });
}

function sumHour(startsAt: Date, rows: readonly HourlyProbes[]): HourOfProbes {
  const hour = { startsAt, runs: 0, ok: 0, failedByOutcome: {} as HourOfProbes['failedByOutcome'] };
  const answered = { runs: 0, latencyMs: 0 };
  for (const { outcome, runs, latencySumMs } of rows) {
    hour.runs += runs;
    if (outcome === 'ok') hour.ok += runs;
    else hour.failedByOutcome[outcome] = (hour.failedByOutcome[outcome] ?? 0) + runs;
    if (unanswered.includes(outcome)) continue;
    answered.runs += runs;
    answered.latencyMs += latencySumMs;
  }
  return { ...hour, avgLatencyMs: answered.runs === 0 ? null : Math.round(answered.latencyMs / answered.runs) };
}
