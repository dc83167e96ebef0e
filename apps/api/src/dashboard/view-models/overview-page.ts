import type { KeyHealthCounts } from '#domain/provider-keys/count-key-healths.js';
import type { Spend } from '#domain/spend/read-spend.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';
import { outcomeStrip, type OutcomeStripView } from '../charts/outcome-strip.js';
import { formatPercent } from '../format/format-percent.js';
import { timeFormatFor } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { type AttentionInput, type AttentionItem, attentionItems } from './attention-items.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { bookWords, groupWords } from './book-words.js';
import type { HourOfProbes } from './inputs.js';
import { countKeyGroups, type KeyGroupCount } from './key-groups.js';
import { links, type OverviewGroup, overviewGroups } from './links.js';
import { type MoneyCards, moneyCards } from './money-cards.js';
import { outcomeAdvice, type Tone } from './outcome-advice.js';
import { spendChart, type SpendChart } from './spend-chart.js';
import { splitForChart } from './split-for-chart.js';

export interface OverviewPageInput extends AttentionInput {
  counts: KeyHealthCounts;
  /** Of all failing keys, in `failing` or not. */
  failingTotal: number;
  /** Probes of all keys, 24 hours, oldest first. */
  hours: HourOfProbes[];
  /** The last 30 days of the book that the month is from. */
  spend: Spend;
  spendBy: OverviewGroup;
  /** In that book's days. */
  today: string;
}

export interface OverviewPage {
  frame: Frame;
  /** False where nothing was stored, measured or imported yet. */
  hasFigures: boolean;
  attention: AttentionItem[];
  attentionMore: string;
  attentionHref: string;
  allClear: { title: string; text: string; icon: string; tone: Tone };
  money: MoneyCards;
  keys: { total: string; groups: KeyGroupCount[]; href: string };
  probes: {
    total: string;
    rate: string;
    strip: OutcomeStripView;
    firstHour: string;
    outcomes: { word: string; icon: string; tone: Tone; count: string; title: string }[];
  };
  spend: SpendChart;
  spendBy: string;
  spendBook: string;
  spendByChoices: { label: string; href: string; isCurrent: boolean }[];
  hrefs: { newKey: string; spend: string; keys: string };
}

export function overviewPage(input: OverviewPageInput): OverviewPage {
  const { total, groups } = countKeyGroups(input.counts);
  const time = timeFormatFor(input.frame.tenant.reportingTimeZone);
  const hidden = input.failingTotal - input.failing.length;
  return {
    frame: buildFrame(input.frame, { section: 'overview', title: 'Overview' }),
    hasFigures: total > 0 || input.sources.organizations.length > 0 || hasSpend(input),
    attention: attentionItems(input),
    attentionMore: hidden > 0 ? `${formatCount(hidden)} more ${hidden === 1 ? 'key' : 'keys'}` : '',
    attentionHref: links.keys({ state: 'failing' }),
    allClear: allClearOf(input.counts, groups, input.frame),
    money: moneyCards(input, input.frame.now),
    keys: { total: formatCount(total), groups: groups.filter(({ isEmpty }) => !isEmpty), href: links.keys() },
    probes: probesOf(input.hours, time),
    spend: chartOf(input),
    spendBy: input.spendBy,
    spendBook: bookWords[input.dashboard.month.book].label.toLowerCase(),
    spendByChoices: overviewGroups
      .filter((by) => by !== 'project' || input.sources.organizations.length > 0)
      .map((by) => ({ label: `By ${by}`, href: links.overview(by), isCurrent: by === input.spendBy })),
    hrefs: { newKey: links.newKey(), spend: links.spend({ by: input.spendBy }), keys: links.keys() },
  };
}

/** What programs report of themselves needs no stored key. */
const hasSpend = ({ spend, dashboard }: OverviewPageInput): boolean =>
  spend.total.requests > 0 || dashboard.month.total.requests > 0;

function chartOf({ spend, spendBy, today, dashboard }: OverviewPageInput): SpendChart {
  const { book } = dashboard.month;
  return spendChart({
    id: 'spend',
    title: `Spend per day, by ${spendBy}`,
    days: spend.days,
    today,
    ...splitForChart(spend),
    noneName: book === 'measured' && spendBy === 'key' ? 'No stored key' : groupWords[spendBy].none,
    provisionalNote: book === 'measured' ? 'today so far' : 'not final yet',
    hrefOfDay: (day) => links.spend({ by: spendBy, range: 'custom', from: day, to: day }),
  });
}

function allClearOf(
  counts: KeyHealthCounts,
  groups: KeyGroupCount[],
  { prober }: FrameInput,
): OverviewPage['allClear'] {
  if (groups.every(({ isEmpty }) => isEmpty)) {
    return { title: 'No key is stored', text: 'So there is none to test.', icon: 'unknown', tone: 'muted' };
  }
  const unknown = groups.find(({ group, isEmpty }) => group === 'unknown' && !isEmpty);
  if (!prober.healthy || unknown) {
    const text = unknown
      ? `${unknown.count} unknown: no test has told lately how they are.`
      : 'Nothing is being tested.';
    return { title: 'No failure seen, but not everything is known', text, icon: 'unknown', tone: 'muted' };
  }
  const limited = groups.find(({ group, isEmpty }) => group === 'limited' && !isEmpty);
  if (limited) {
    const text = `${limited.count} limited: alive at OpenAI, but not permitted what the probe asks.`;
    return { title: 'No key is failing', text, icon: limited.icon, tone: limited.tone };
  }
  const throttled = counts['rate-limited'] ?? 0;
  const text =
    throttled === 0
      ? 'Every active key answered its last probe.'
      : `Every active key works at OpenAI, though not each answers our probes: ${formatCount(throttled)} rate limited.`;
  return { title: 'Nothing needs you', text, icon: 'healthy', tone: 'ok' };
}

function probesOf(hours: HourOfProbes[], time: ReturnType<typeof timeFormatFor>): OverviewPage['probes'] {
  const runs = hours.reduce((all, hour) => all + hour.runs, 0);
  const ok = hours.reduce((all, hour) => all + hour.ok, 0);
  const failed = new Map<ProbeOutcome, number>();
  for (const hour of hours) {
    for (const [outcome, count] of Object.entries(hour.failedByOutcome) as [ProbeOutcome, number][]) {
      failed.set(outcome, (failed.get(outcome) ?? 0) + count);
    }
  }
  const counted = [['ok', ok] as const, ...[...failed].sort(([, a], [, b]) => b - a)];
  return {
    total: formatCount(runs),
    rate: runs === 0 ? 'none ran yet' : `${formatPercent(ok / runs)} answered`,
    strip: outcomeStrip(hours, { height: 56, formatHour: (startsAt) => time.clock(startsAt) }),
    firstHour: hours[0] ? time.clock(hours[0].startsAt) : '',
    outcomes: counted
      .filter(([, count]) => count > 0)
      .map(([outcome, count]) => {
        const { word, icon, tone, title } = outcomeAdvice[outcome];
        return { word, icon, tone, title, count: formatCount(count) };
      }),
  };
}
