import { parseUsdOrNull } from '#core/money.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';
import { lineChart, type LineChartView } from '../charts/line-chart.js';
import { outcomeStrip, type OutcomeStripView } from '../charts/outcome-strip.js';
import { formatLatency } from '../format/format-duration.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatPercent } from '../format/format-percent.js';
import { timeFormatFor, type TimeFormat, type TimeView } from '../format/format-time.js';
import { formatCount, formatTokens } from '../format/format-tokens.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import type { HeadroomInput, KeyInput, ProbeRunInput } from './inputs.js';
import { askedModel, describeProbing, expectedCost, keyActions, type KeyRow } from './key-row.js';
import { type ImportOfKey, type KeyState, keyState } from './key-state.js';
import type { Pagination } from './keys-page.js';
import { links } from './links.js';
import { outcomeAdvice, type Tone } from './outcome-advice.js';
import { stateBadge, type StateBadge } from './state-badge.js';

export interface KeyPageInput {
  frame: FrameInput;
  key: KeyInput;
  /** That an admin key opens. */
  organization: ImportOfKey | null;
  /** Of the tests that worked in the last 24 hours; null when none did. */
  latency: { p50Ms: number; p95Ms: number } | null;
  /** Failures of the last 7 days by reason, most frequent first. */
  failures: { outcome: ProbeOutcome; count: number; lastAt: Date }[];
  headroom: { requests: HeadroomInput | null; tokens: HeadroomInput | null };
  runs: ProbeRunInput[];
  cursor: string | null;
  nextCursor: string | null;
}

export interface HeadroomView {
  name: string;
  text: string;
  title: string;
  width: string;
  tone: Tone;
}

export interface KeyPage {
  frame: Frame;
  id: string;
  label: string;
  mask: string;
  isAdminKey: boolean;
  badge: StateBadge;
  state: KeyState;
  actions: KeyRow['actions'];
  isActive: boolean;
  p50: string;
  latencyNote: string;
  probes: { text: string; rate: string };
  costToday: MoneyView;
  costPerDay: MoneyView;
  headroom: HeadroomView[];
  strip: OutcomeStripView;
  stripHours: number;
  stripFrom: string;
  latency: LineChartView;
  hasLatency: boolean;
  failures: {
    word: string;
    icon: string;
    tone: Tone;
    title: string;
    todo: string;
    count: string;
    last: TimeView;
  }[];
  runs: RunView[];
  pagination: Pagination;
  facts: { name: string; text: string; time: TimeView | null; isCode: boolean }[];
  usageHref: string;
  hrefs: { keys: string };
}

export interface RunView {
  time: TimeView;
  at: string;
  word: string;
  icon: string;
  tone: Tone;
  title: string;
  answer: string;
  latency: string;
  cost: MoneyView;
  requestId: string;
}

export function keyPage(input: KeyPageInput): KeyPage {
  const { key, frame } = input;
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  const context = { now: frame.now, zone: time.zone };
  const { ok, total } = key.probes24h;
  return {
    frame: buildFrame(frame, { section: 'keys', title: key.label }),
    id: key.id,
    label: key.label,
    mask: key.mask,
    isAdminKey: key.kind === 'admin',
    badge: stateBadge(key, context),
    state: keyState(key, input),
    actions: keyActions(key),
    isActive: key.isActive,
    p50: formatLatency(input.latency?.p50Ms ?? null),
    latencyNote: input.latency ? `median; 95 % below ${formatLatency(input.latency.p95Ms)}` : 'no test worked',
    probes: {
      text: `${formatCount(ok)} / ${formatCount(total)}`,
      rate: total === 0 ? 'none ran yet' : `${formatPercent(ok / total)} answered`,
    },
    costToday: formatMoney(key.probeCostToday, { unknownBecause: 'The price of this model is not known' }),
    costPerDay: expectedCost(key),
    headroom: [headroomOf('Requests', input.headroom.requests), headroomOf('Tokens', input.headroom.tokens)].flat(),
    strip: outcomeStrip(key.hours, { height: 40, formatHour: (startsAt) => time.short(startsAt) }),
    stripHours: key.hours.length,
    stripFrom: key.hours[0] ? time.short(key.hours[0].startsAt) : '',
    latency: latencyChart(key, time),
    hasLatency: key.hours.some(({ avgLatencyMs }) => avgLatencyMs !== null),
    failures: input.failures.map((failure) => failureOf(failure, time, frame.now)),
    runs: input.runs.map((run) => runOf(run, time, frame.now)),
    pagination: {
      nextHref: input.nextCursor === null ? null : links.key(key.id, { cursor: input.nextCursor }),
      nextLabel: 'Older probes',
      firstHref: input.cursor === null ? null : links.key(key.id),
      firstLabel: 'Newest',
    },
    facts: factsOf(key, time, frame.now),
    usageHref: links.usage({ key: key.id }),
    hrefs: { keys: links.keys() },
  };
}

/** Little room is worth a colour: below a fifth warns, none left is bad. */
function headroomOf(name: string, headroom: HeadroomInput | null): HeadroomView[] {
  if (!headroom || headroom.limit <= 0) return [];
  const ratio = Math.min(1, headroom.remaining / headroom.limit);
  return [
    {
      name,
      text: `${formatTokens(headroom.remaining).text} of ${formatTokens(headroom.limit).text} left`,
      title: `${formatCount(headroom.remaining)} of ${formatCount(headroom.limit)} per minute left at the last probe`,
      width: `${(ratio * 100).toFixed(1)}%`,
      tone: ratio === 0 ? 'bad' : ratio < 0.2 ? 'warn' : 'ok',
    },
  ];
}

function latencyChart(key: KeyInput, time: TimeFormat): LineChartView {
  return lineChart({
    id: 'latency',
    title: `Latency per hour, last ${key.hours.length} hours`,
    description: 'Average time that OpenAI took to answer a probe. A gap means that nothing answered.',
    axisUnit: 'ms',
    points: key.hours.map(({ startsAt, avgLatencyMs }) => ({
      label: time.short(startsAt),
      axisLabel: time.clock(startsAt),
      value: avgLatencyMs,
      text: avgLatencyMs === null ? 'no answer' : formatLatency(avgLatencyMs),
    })),
  });
}

function failureOf(
  failure: KeyPageInput['failures'][number],
  time: TimeFormat,
  now: Date,
): KeyPage['failures'][number] {
  const { word, icon, tone, title, todo } = outcomeAdvice[failure.outcome];
  return {
    word,
    icon,
    tone,
    title,
    todo,
    count: formatCount(failure.count),
    last: time.ago(failure.lastAt, now),
  };
}

function runOf(run: ProbeRunInput, time: TimeFormat, now: Date): RunView {
  const { word, icon, tone, title } = outcomeAdvice[run.outcome];
  return {
    time: time.ago(run.startedAt, now),
    at: time.short(run.startedAt),
    word,
    icon,
    tone,
    title,
    answer: [run.httpStatus, run.errorCode].filter((part) => part !== null).join(' ') || '–',
    latency: formatLatency(run.outcome === 'cannot-open' ? null : run.latencyMs),
    cost: costOfRun(run),
    requestId: run.requestId ?? '',
  };
}

/** A run without a basis consumed nothing. */
function costOfRun({ costUsd, costBasis, costReason }: ProbeRunInput): MoneyView {
  const reason = costReason ?? 'no price for exactly this';
  return formatMoney(parseUsdOrNull(costUsd), {
    unknownBecause: costBasis === null ? 'Nothing was used' : 'The price of this model is not known',
    ...(costBasis === 'estimated' ? { estimatedBecause: reason } : {}),
  });
}

function factsOf(key: KeyInput, time: TimeFormat, now: Date): KeyPage['facts'] {
  const text = (name: string, value: string) => ({ name, text: value, time: null, isCode: false });
  return [
    text('Probe', describeProbing(key)),
    { ...text('Model', askedModel(key)), isCode: true },
    text('Kind', key.kind === 'admin' ? 'Admin key' : 'Project key'),
    { ...text('Last answered', 'never'), time: key.lastOkAt && time.ago(key.lastOkAt, now) },
    { ...text('Added', ''), time: time.ago(key.createdAt, now) },
    { ...text('Id', key.id), isCode: true },
  ];
}
