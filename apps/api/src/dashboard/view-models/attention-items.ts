import { isUsedUp } from '#domain/ledger/balance-of.js';
import { unpricedDays } from '#domain/prices/list-unpriced-models.js';
import type { FailingKey } from '#domain/provider-keys/list-failing-keys.js';
import type { UnansweredKeys } from '#domain/provider-keys/read-key-standing.js';
import type { SourceOrganization } from '#domain/spend/read-spend-sources.js';
import { type TimeFormat, timeFormatFor, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { actionFor, type ActionView, open, post } from './advised-action.js';
import type { FrameInput } from './frame.js';
import { links } from './links.js';
import type { MoneyInput } from './money-cards.js';
import { failedImport, isMendedAtKey } from './organization-state.js';
import { outcomeAdvice, type Tone } from './outcome-advice.js';
import { type Permissions, permissionsOf } from './permissions.js';
import { spendLimitsView } from './spend-limits.js';

export interface AttentionInput extends MoneyInput {
  frame: FrameInput;
  unanswered: UnansweredKeys;
  /** Worst first, bounded by the caller. */
  failing: FailingKey[];
}

/** One line of what needs attention. */
export interface AttentionItem {
  label: string;
  href: string;
  icon: string;
  tone: Tone;
  word: string;
  title: string;
  todo: string;
  /** How long it has been so, or from when the figures are: `For 3 d`. */
  age: { words: string; time: TimeView } | null;
  errorCode: string;
  action: ActionView | null;
}

/** Whatever needs somebody: keys first, then imports, credit, limits and prices. */
export function attentionItems(input: AttentionInput): AttentionItem[] {
  const { frame } = input;
  const can = permissionsOf(frame.viewer);
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  return [
    ...unansweredItems(input.unanswered),
    ...input.failing.map((key) => failingItem(key, { can, time, now: frame.now })),
    ...importItems(input, { can, time }),
    ...usedUpItems(input),
    ...limitItems(input),
    ...unpricedItem(frame, can),
  ];
}

/** Where no test of any key is answered, the fault is seldom the keys’: said once, before all else. */
function unansweredItems({ tested, notReached, timedOut, message }: UnansweredKeys): AttentionItem[] {
  if (tested === 0 || notReached + timedOut < tested) return [];
  return [
    {
      label: 'OpenAI',
      href: links.keys(),
      icon: 'misconfigured',
      tone: 'bad',
      word: 'not reached',
      title: timedOut === 0 ? 'was reached by none of the last tests.' : 'answered none of the last tests.',
      todo: message ?? 'Look at this server’s network, proxy and DNS, and at OpenAI’s status page.',
      age: null,
      errorCode: '',
      action: null,
    },
  ];
}

function failingItem(
  key: FailingKey,
  { can, time, now }: { can: Permissions; time: TimeFormat; now: Date },
): AttentionItem {
  const advice = outcomeAdvice[key.health];
  return {
    label: key.label,
    href: links.key(key.id),
    icon: advice.icon,
    tone: advice.tone,
    word: advice.word,
    title: advice.title,
    todo: advice.todo,
    age: { words: 'For', time: time.span(key.healthSince, now) },
    errorCode: key.lastErrorCode ?? '',
    action: actionFor(advice.action, key.id, can),
  };
}

const shownImports = 5;

/** Organizations whose last import failed: what is known of them grows old. */
function importItems(
  { sources, frame }: AttentionInput,
  { can, time }: { can: Permissions; time: TimeFormat },
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
function usedUpItems({ sources, balances }: AttentionInput): AttentionItem[] {
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
function limitItems({ sources, dashboard }: AttentionInput): AttentionItem[] {
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
      todo: `What ${isOne ? 'it costs' : 'they cost'} is in no sum but the bill; a price of your own adds it.`,
      age: null,
      errorCode: '',
      action: can.manage ? open('Set a price', links.ownPrices()) : null,
    },
  ];
}
