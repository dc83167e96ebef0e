import { parseUsd, type PicoUsd } from '#core/money.js';
import type { OpenAiProjectView } from '#domain/openai-projects/openai-project.js';
import type { SpendOfProjects } from '#domain/openai-projects/sum-projects-this-month.js';
import type { SetSpendLimit } from '#domain/organizations/organization.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatDayShort, timeFormatFor, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { links } from './links.js';
import type { Tone } from './outcome-advice.js';
import { residencyWords } from './residency-words.js';

export interface ProjectRow {
  id: string;
  name: string;
  href: string;
  organization: string;
  /** Empty where its data is nowhere in particular. */
  residency: string;
  state: { word: string; icon: string; tone: Tone; since: TimeView | null };
  keys: string;
  storedKeys: string;
  owners: { text: string; icon: string; tone: Tone; title: string };
  lastUsed: TimeView | null;
  /** In place of a time. */
  neverUsed: string;
  spend: MoneyView;
  /** Which days of the month the figure is of, while the others are not imported, or not yet: `since 14 Nov`. */
  spendSince: string;
  limit: string;
  limitNote: string;
  sort: { state: number; keys: number; owners: number; lastUsed: number; spend: string };
}

export interface ProjectContext {
  now: Date;
  zone: string;
  /** Of the month so far. */
  spend: SpendOfProjects;
}

export function projectRow(project: OpenAiProjectView, context: ProjectContext): ProjectRow {
  const time = timeFormatFor(context.zone);
  return {
    id: project.id,
    name: project.name ?? project.id,
    href: links.project(project.id),
    organization: project.organizationName,
    residency: residencyWords(project.residency),
    state: projectState(project, context),
    keys: formatCount(project.keys),
    storedKeys: storedOf(project),
    owners: ownersOf(project),
    lastUsed: project.lastUsedAt && time.ago(project.lastUsedAt, context.now),
    neverUsed: neverUsed(project),
    spend: spendOf(project, context.spend),
    spendSince: sinceWords(context.spend.knownSince.get(project.organizationId)),
    ...limitsOf(project),
    sort: {
      state: Number(project.isArchived),
      keys: project.keys,
      owners: project.keysWithoutOwner,
      lastUsed: project.lastUsedAt?.getTime() ?? 0,
      spend: (context.spend.cost.get(project.id) ?? -1n).toString(),
    },
  };
}

export function projectState(
  { isArchived, archivedAt }: Pick<OpenAiProjectView, 'isArchived' | 'archivedAt'>,
  { now, zone }: Pick<ProjectContext, 'now' | 'zone'>,
): ProjectRow['state'] {
  if (!isArchived) return { word: 'active', icon: 'healthy', tone: 'ok', since: null };
  const since = archivedAt && timeFormatFor(zone).ago(archivedAt, now);
  return { word: 'archived', icon: 'inactive', tone: 'muted', since };
}

function ownersOf({ keys, keysWithoutOwner: lost, isArchived }: OpenAiProjectView): ProjectRow['owners'] {
  if (isArchived || keys === 0) return { text: '–', icon: '', tone: 'muted', title: 'No key is listed' };
  if (lost === 0)
    return { text: 'all in the project', icon: '', tone: 'ok', title: 'Every key has an owner with access' };
  const text = lost === 1 ? '1 key without owner' : `${formatCount(lost)} keys without owner`;
  return {
    text,
    icon: 'misconfigured',
    tone: 'warn',
    title: 'Whoever owns it has left the project, and it still works',
  };
}

function storedOf({ keys, storedKeys }: OpenAiProjectView): string {
  if (keys === 0) return '';
  return storedKeys === 0 ? 'none stored' : `${formatCount(storedKeys)} stored`;
}

/** A project that its organization's bill does not name cost nothing; without a bill it is not known what it cost. */
function spendOf({ id, organizationId }: OpenAiProjectView, spend: SpendOfProjects): MoneyView {
  const { book, cost, knownSince } = spend;
  if (book === null) return formatMoney(null, { unknownBecause: 'Nothing was imported yet' });
  if (cost.has(id)) return formatBookMoney(cost.get(id) ?? null, book);
  if (knownSince.has(organizationId)) return formatBookMoney(0n, book);
  return formatMoney(null, { unknownBecause: 'Nothing of this month was imported of its organization' });
}

/** Of the first day that is in; empty where none is missing. */
export function sinceWords(knownSince: string | null | undefined): string {
  return knownSince ? `since ${formatDayShort(knownSince)}` : '';
}

export function formatBookMoney(cost: PicoUsd | null, book: 'billed' | 'reported'): MoneyView {
  return formatMoney(cost, {
    unknownBecause: book === 'billed' ? 'None of it was billed yet' : 'None of it has a price, or was read yet',
    ...(book === 'reported' && { estimatedBecause: 'usage that OpenAI reports × our prices' }),
  });
}

function limitsOf(project: OpenAiProjectView): Pick<ProjectRow, 'limit' | 'limitNote'> {
  if (project.isArchived) return { limit: '–', limitNote: '' };
  const { spendLimit, spendAlerts, rateLimits } = project;
  const notes = [
    countOf(spendAlerts.length, 'alert', 'alerts'),
    rateLimits.length === 0 ? '' : `rates of ${countOf(rateLimits.length, 'model', 'models')}`,
  ];
  return {
    limit: spendLimit ? limitText(spendLimit) : 'no spend limit',
    limitNote: notes.filter((note) => note !== '').join(' · '),
  };
}

export function limitText({ usd, interval }: Pick<SetSpendLimit, 'usd' | 'interval'>): string {
  return `${formatMoney(parseUsd(usd)).text} a ${interval}`;
}

function countOf(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** What stands for the last use where none is known: OpenAI tells it of keys, and lists none of archived projects. */
export function neverUsed({ isArchived }: Pick<OpenAiProjectView, 'isArchived'>): string {
  return isArchived ? 'not told' : 'never';
}
