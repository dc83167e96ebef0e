import { isUsedUp } from '#domain/ledger/balance-of.js';
import { unpricedDays } from '#domain/prices/list-unpriced-models.js';
import type { KeyHealthCounts } from '#domain/provider-keys/count-key-healths.js';
import type { UnansweredKeys } from '#domain/provider-keys/read-key-standing.js';
import type { Spend } from '#domain/spend/read-spend.js';
import type { SourceOrganization } from '#domain/spend/read-spend-sources.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';
import { outcomeStrip, type OutcomeStripView } from '../charts/outcome-strip.js';
import { formatPercent } from '../format/format-percent.js';
import { timeFormatFor } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { type AttentionItem, unansweredItems } from './attention-item.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { bookWords, groupWords } from './book-words.js';
import type { HourOfProbes } from './inputs.js';
import { countKeyGroups, type KeyGroupCount } from './key-groups.js';
import { links, type OverviewGroup, overviewGroups } from './links.js';
import { type MoneyCards, moneyCards, type MoneyInput } from './money-cards.js';
import { failedImport, isMendedAtKey } from './organization-state.js';
import { outcomeAdvice, type AdvisedAction, type ShownState, type Tone } from './outcome-advice.js';
import { permissionsOf, type Permissions } from './permissions.js';
import { spendChart, type SpendChart } from './spend-chart.js';
import { spendLimitsView } from './spend-limits.js';
import { splitForChart } from './split-for-chart.js';

export interface AttentionInput {
  keyId: string;
  label: string;
  health: ShownState;
  since: Date | null;
  errorCode: string | null;
}

export interface OverviewPageInput extends MoneyInput {
  frame: FrameInput;
  counts: KeyHealthCounts;
  /** Worst first, bounded by the caller; `attentionTotal` counts all of them. */
  attention: AttentionInput[];
  attentionTotal: number;
  unanswered: UnansweredKeys;
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
  const can = permissionsOf(input.frame.viewer);
  const hidden = input.attentionTotal - input.attention.length;
  return {
    frame: buildFrame(input.frame, { section: 'overview', title: 'Overview' }),
    hasFigures: total > 0 || input.sources.organizations.length > 0 || hasSpend(input),
    attention: [
      ...unansweredItems(input.unanswered),
      ...input.attention.map((item) => attentionItem(item, { can, time, now: input.frame.now })),
      ...importItems(input, { can, time }),
      ...usedUpItems(input),
      ...limitItems(input),
      ...unpricedItem(input.frame, can),
    ],
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

function attentionItem(
  item: AttentionInput,
  { can, time, now }: { can: Permissions; time: ReturnType<typeof timeFormatFor>; now: Date },
): AttentionItem {
  const advice = outcomeAdvice[item.health];
  return {
    label: item.label,
    href: links.key(item.keyId),
    icon: advice.icon,
    tone: advice.tone,
    word: advice.word,
    title: advice.title,
    todo: advice.todo,
    age: item.since && { words: 'For', time: time.span(item.since, now) },
    errorCode: item.errorCode ?? '',
    action: actionFor(advice.action, item.keyId, can),
  };
}

const shownImports = 5;

/** Organizations whose last import failed: what is known of them grows old. */
function importItems(
  { sources, frame }: OverviewPageInput,
  { can, time }: { can: Permissions; time: ReturnType<typeof timeFormatFor> },
): AttentionItem[] {
  const failing = sources.organizations.filter((one) => one.isConnected && one.importFailedAt !== null);
  const shown = failing.slice(0, shownImports).map((one) => ({
    ...failedImport(one.importErrorCode),
    label: one.name,
    href: links.organization(one.id),
    age: one.importedAt && { words: 'Last imported', time: time.ago(one.importedAt, frame.now) },
    errorCode: '',
    action: importAction(one, can),
  }));
  const more = failing.length - shown.length;
  if (more === 0) return shown;
  const rest = {
    ...failedImport(null),
    label: more === 1 ? '1 more organization' : `${formatCount(more)} more organizations`,
    title: 'could not be imported either.',
    todo: 'Each says why on its page.',
  };
  return [...shown, { ...rest, href: links.organizations(), age: null, errorCode: '', action: null }];
}

function importAction({ id, providerKeyId, importErrorCode }: SourceOrganization, can: Permissions) {
  if (isMendedAtKey(importErrorCode)) return open('Look at the key', links.key(providerKeyId));
  return can.operate ? post('Import now', links.organizationAction(id, 'import')) : null;
}

/** Organizations that are imported and have no credit left, as far as the ledger knows. */
function usedUpItems({ sources, balances }: OverviewPageInput): AttentionItem[] {
  const connected = new Set(sources.organizations.flatMap(({ id, isConnected }) => (isConnected ? id : [])));
  const usedUp = (balances ?? []).filter((one) => isUsedUp(one.balance) && connected.has(one.organizationId));
  return usedUp.map(({ organizationId, organization }) => ({
    label: organization,
    href: links.balance({ organization: organizationId }),
    icon: 'credit',
    tone: 'bad',
    word: 'no credit left',
    title: 'has no prepaid credit left: requests fail until some is added at OpenAI.',
    todo: 'If it was, enter what OpenAI shows now.',
    age: null,
    errorCode: '',
    action: null,
  }));
}

/** A limit of one's own that is passed, or nearly. */
function limitItems({ sources, dashboard }: OverviewPageInput): AttentionItem[] {
  const { standings } = spendLimitsView({ sources, limits: dashboard.limits, refused: null });
  return standings
    .filter(({ tone }) => tone === 'bad' || tone === 'warn')
    .map(({ name, tone, spent, limit, book, left }) => ({
      label: name,
      href: links.spend({ range: name === 'Today' ? 'today' : 'this-month' }),
      icon: 'credit',
      tone,
      word: tone === 'bad' ? 'over the limit' : 'near the limit',
      title: `${tone === 'bad' ? `is ${left}` : `has ${left}`}: ${spent.text} ${book}, of ${limit.text}.`,
      todo: 'A limit of your own warns, and stops nothing.',
      age: null,
      errorCode: '',
      action: null,
    }));
}

/** What has no price makes every sum too small, so it is said where sums are read. */
function unpricedItem({ unpricedModels }: FrameInput, can: Permissions): AttentionItem[] {
  if (unpricedModels === 0) return [];
  const isOne = unpricedModels === 1;
  return [
    {
      label: isOne ? '1 model' : `${formatCount(unpricedModels)} models`,
      href: `${links.prices()}#unpriced`,
      icon: 'prices',
      tone: 'warn',
      word: 'unpriced',
      title: `used in the last ${unpricedDays} days ${isOne ? 'has' : 'have'} no price.`,
      todo: `What ${isOne ? 'it costs' : 'they cost'} is missing from every sum; a price of your own adds it.`,
      age: null,
      errorCode: '',
      action: can.manage ? open('Set a price', links.ownPrices()) : null,
    },
  ];
}

/** The one button that helps, if the reader may press it. */
export function actionFor(
  action: AdvisedAction,
  keyId: string,
  can: Permissions,
): { label: string; href: string; isPost: boolean } | null {
  if (action === 'test' && can.operate) return post('Test now', links.keyAction(keyId, 'probe'));
  if (action === 'activate' && can.operate) return post('Activate', links.keyAction(keyId, 'activate'));
  if (action === 'replace-secret' && can.manage) return open('Replace secret', links.keyAction(keyId, 'secret'));
  if (action === 'edit' && can.operate) return open('Change probe', links.keyAction(keyId, 'edit'));
  return null;
}

const post = (label: string, href: string) => ({ label, href, isPost: true });
const open = (label: string, href: string) => ({ label, href, isPost: false });

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
