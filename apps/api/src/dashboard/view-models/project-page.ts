import type { BookDay } from '#domain/books/sum-book-by-day.js';
import type { OpenAiProjectView } from '#domain/openai-projects/openai-project.js';
import { isRegional } from '#domain/openai-projects/regional-usage.js';
import type { ProjectKeyView } from '#domain/openai-projects/list-project-keys.js';
import type { ProjectBook } from '#domain/openai-projects/book-of-projects.js';
import { knownCost, sumSpend } from '#domain/spend/spend-sums.js';
import { type DayState, isAnyKnown } from '#domain/spend/state-of-days.js';
import type { MoneyView } from '../format/format-money.js';
import { timeFormatFor, type TimeFormat, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import type { Tone } from './outcome-advice.js';
import { setLimits, type SetLimitsView } from './set-limits.js';
import { formatBookMoney, projectState, type ProjectRow, sinceWords, neverUsed } from './project-row.js';
import { residencyWords } from './residency-words.js';
import { spendChart, type SpendChart } from './spend-chart.js';

export interface ProjectPageInput {
  frame: FrameInput;
  project: OpenAiProjectView;
  /** With more than `mostKeys`, only so many. */
  keys: readonly ProjectKeyView[];
  mostKeys: number;
  book: ProjectBook;
  /** The days shown, by model; empty without a book. */
  spend: readonly BookDay[];
  days: readonly DayState[];
  /** The first of them that is in, where earlier ones are not imported, or not yet; else null. */
  knownSince: string | null;
  /** Of the book’s calendar. */
  today: string;
}

export interface ProjectPage {
  frame: Frame;
  name: string;
  id: string;
  organization: { name: string; href: string };
  state: ProjectRow['state'];
  isArchived: boolean;
  seen: TimeView;
  /** `nothing`: what is said in place of a chart; `since`: `since 14 Nov`, where days before are not in. */
  spend: {
    total: MoneyView | null;
    note: string;
    since: string;
    chart: SpendChart | null;
    nothing: string;
    days: string;
  };
  keys: ProjectKeyRow[];
  keysTotal: string;
  keysNote: string;
  limits: SetLimitsView;
  rates: { model: string; requests: string; tokens: string; others: string }[];
  facts: { name: string; text: string; time: TimeView | null; isCode: boolean }[];
  canStore: boolean;
  hrefs: { projects: string; spend: string; newKey: string };
}

export interface ProjectKeyRow {
  name: string;
  id: string;
  redacted: string;
  owner: string;
  ownerType: string;
  access: { word: string; icon: string; tone: Tone; since: TimeView | null };
  created: TimeView;
  lastUsed: TimeView | null;
  expires: { text: string; isSoon: boolean; exact: string };
  stored: { label: string; href: string } | null;
  isGone: boolean;
  sort: { created: number; lastUsed: number };
}

export function projectPage(input: ProjectPageInput): ProjectPage {
  const { project, frame, keys } = input;
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  const built = buildFrame(frame, { section: 'projects', title: project.name ?? project.id });
  return {
    frame: built,
    name: project.name ?? project.id,
    id: project.id,
    organization: { name: project.organizationName, href: links.organization(project.organizationId) },
    state: projectState(project, { now: frame.now, zone: time.zone }),
    isArchived: project.isArchived,
    seen: time.ago(project.seenAt, frame.now),
    spend: spendOf(input),
    keys: keys.map((key) => keyRow(key, { time, now: frame.now, isPublic: built.viewer.isPublic })),
    keysTotal: formatCount(project.keys),
    keysNote: keys.length < input.mostKeys ? '' : `Only ${formatCount(input.mostKeys)} are shown, the last used first.`,
    limits: setLimits({ ...project, readAt: project.seenAt, isPublic: built.viewer.isPublic }),
    rates: project.rateLimits.map(rateOf),
    facts: factsOf(project, time, frame.now),
    canStore: built.can.operate,
    hrefs: {
      projects: links.projects(),
      spend: links.spend({ project: project.id, by: 'key' }),
      newKey: links.newKey(),
    },
  };
}

const bookNotes = { billed: 'billed by OpenAI, by UTC day', reported: 'reported usage × our prices' };

function spendOf({ book, spend, days, knownSince, today }: ProjectPageInput): ProjectPage['spend'] {
  const length = `last ${days.length} days`;
  const since = sinceWords(knownSince);
  if (book === null) {
    return { total: null, note: '', since, chart: null, nothing: 'Nothing was imported yet.', days: length };
  }
  const cost = isAnyKnown(days) ? knownCost(sumSpend(spend)) : null;
  const chart = spendChart({
    id: 'project-spend',
    title: `Spend per day by model, ${length}`,
    days: [...days],
    today,
    provisionalNote: 'not final yet',
    points: spend.map(({ day, group, groupName, cost }) => ({
      day,
      group: group ?? '',
      groupName: groupName ?? 'Tools and storage',
      cost,
    })),
  });
  const total = formatBookMoney(cost, book);
  return {
    total,
    note: bookNotes[book],
    since,
    chart: chart.isEmpty ? null : chart,
    nothing: total.known ? 'Nothing was spent in these days.' : `${total.title}.`,
    days: length,
  };
}

const dayMs = 86_400_000;
const soonDays = 30;

/** Who owns a key is not told to a reader who is not signed in. */
function keyRow(
  key: ProjectKeyView,
  { time, now, isPublic }: { time: TimeFormat; now: Date; isPublic: boolean },
): ProjectKeyRow {
  return {
    name: key.name || key.id,
    id: key.id,
    redacted: key.redactedValue.replace(/\*{4,}/, '…'),
    owner: (isPublic ? null : key.ownerName) ?? '–',
    ownerType: key.ownerType === 'service_account' ? 'service account' : (key.ownerType ?? ''),
    access: accessOf(key, time, now),
    created: time.ago(key.createdAt, now),
    lastUsed: key.lastUsedAt && time.ago(key.lastUsedAt, now),
    expires: expiryOf(key, time, now),
    stored: key.storedKeyId === null ? null : { label: key.storedKeyLabel ?? '', href: links.key(key.storedKeyId) },
    isGone: key.goneAt !== null,
    sort: { created: key.createdAt.getTime(), lastUsed: key.lastUsedAt?.getTime() ?? 0 },
  };
}

function accessOf({ goneAt, hasOwnerAccess }: ProjectKeyView, time: TimeFormat, now: Date): ProjectKeyRow['access'] {
  if (goneAt) return { word: 'deleted at OpenAI', icon: 'dead', tone: 'muted', since: time.ago(goneAt, now) };
  if (hasOwnerAccess) return { word: 'owner has access', icon: 'healthy', tone: 'ok', since: null };
  return { word: 'owner has left', icon: 'misconfigured', tone: 'warn', since: null };
}

function expiryOf({ expiresAt, goneAt }: ProjectKeyView, time: TimeFormat, now: Date): ProjectKeyRow['expires'] {
  if (!expiresAt) return { text: 'never', isSoon: false, exact: '' };
  const days = Math.floor((expiresAt.getTime() - now.getTime()) / dayMs);
  const text = days < 0 ? 'expired' : days === 0 ? 'today' : `in ${formatCount(days)} d`;
  return { text, isSoon: goneAt === null && days < soonDays, exact: time.exact(expiresAt) };
}

function rateOf(limit: OpenAiProjectView['rateLimits'][number]): ProjectPage['rates'][number] {
  const others = [
    [limit.requestsPerDay, 'requests a day'],
    [limit.imagesPerMinute, 'images a minute'],
    [limit.audioMegabytesPerMinute, 'MB of audio a minute'],
    [limit.batchInputTokensPerDay, 'batch tokens a day'],
  ] as const;
  return {
    model: limit.model,
    requests: formatCount(limit.requestsPerMinute),
    tokens: formatCount(limit.tokensPerMinute),
    others: others.flatMap(([count, unit]) => (count === null ? [] : [`${formatCount(count)} ${unit}`])).join(', '),
  };
}

function factsOf(project: OpenAiProjectView, time: TimeFormat, now: Date): ProjectPage['facts'] {
  const text = (name: string, value: string) => ({ name, text: value, time: null, isCode: false });
  const residency = residencyWords(project.residency);
  const dearer = isRegional(project.residency) ? '; models that Prices marks “regional” cost more' : '';
  return [
    { ...text('Id', project.id), isCode: true },
    { ...text('Last used', neverUsed(project)), time: project.lastUsedAt && time.ago(project.lastUsedAt, now) },
    { ...text('Created', ''), time: time.ago(project.createdAt, now) },
    ...(project.archivedAt ? [{ ...text('Archived', ''), time: time.ago(project.archivedAt, now) }] : []),
    ...(residency === '' ? [] : [text('Residency', `${residency}${dearer}`)]),
    { ...text('Listed by OpenAI', ''), time: time.ago(project.seenAt, now) },
  ];
}
