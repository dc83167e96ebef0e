import type { OnlyListedReason } from '#domain/probes/why-only-listed.js';
import type { ProbeMode } from '#domain/provider-keys/provider-key.js';
import { outcomeStrip, type OutcomeStripView } from '../charts/outcome-strip.js';
import { sparkline, type SparklineView } from '../charts/sparkline.js';
import { formatInterval, formatLatency } from '../format/format-duration.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { timeFormatFor, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import type { KeyInput } from './inputs.js';
import { links } from './links.js';
import { stateBadge, type HealthContext, type StateBadge } from './state-badge.js';

/** One row of the keys table. The `sort` figures order it in the browser without a reload. */
export interface KeyRow {
  id: string;
  label: string;
  href: string;
  mask: string;
  isAdminKey: boolean;
  isActive: boolean;
  model: string;
  probing: string;
  badge: StateBadge;
  lastProbe: TimeView | null;
  latency: string;
  latencyLine: SparklineView;
  strip: OutcomeStripView;
  probes: string;
  costToday: MoneyView;
  costPerDay: MoneyView;
  sort: { state: number; lastProbe: number; latency: number; okRate: number; cost: string };
  menuLabel: string;
  actions: { probe: string; edit: string; secret: string; toggle: string; toggleLabel: string; delete: string };
}

const toneOrder = { bad: 0, warn: 1, muted: 2, ok: 3 };

export function keyRow(key: KeyInput, context: HealthContext): KeyRow {
  const time = timeFormatFor(context.zone);
  const badge = stateBadge(key, context);
  const okRate = key.probes24h.total === 0 ? null : key.probes24h.ok / key.probes24h.total;
  return {
    id: key.id,
    label: key.label,
    href: links.key(key.id),
    mask: key.mask,
    isAdminKey: key.kind === 'admin',
    isActive: key.isActive,
    model: askedModel(key),
    probing: describeProbing(key),
    badge,
    lastProbe: key.lastProbeAt && time.ago(key.lastProbeAt, context.now),
    latency: formatLatency(key.lastOutcome === 'cannot-open' ? null : key.lastLatencyMs),
    latencyLine: sparkline(
      key.hours.map(({ avgLatencyMs }) => avgLatencyMs),
      84,
      20,
    ),
    strip: outcomeStrip(key.hours, { height: 10, formatHour: (startsAt) => time.clock(startsAt) }),
    probes: describeProbes(key.probes24h),
    costToday: formatMoney(key.probeCostToday, { unknownBecause: 'The price of this model is not known' }),
    costPerDay: expectedCost(key),
    sort: {
      state: toneOrder[badge.tone],
      lastProbe: key.lastProbeAt?.getTime() ?? 0,
      latency: key.lastLatencyMs ?? -1,
      okRate: okRate ?? -1,
      cost: (key.probeCostToday ?? -1n).toString(),
    },
    menuLabel: `Actions for ${key.label}`,
    actions: keyActions(key),
  };
}

/** The model that probes are to ask; a dash where they ask none. */
export const askedModel = ({ probeMode, model }: Pick<KeyInput, 'probeMode' | 'model'>): string =>
  probeMode === 'completion' ? model : '–';

function describeProbes({ ok, total }: KeyInput['probes24h']): string {
  return total === 0 ? 'not tested' : `${formatCount(ok)} / ${formatCount(total)} ok`;
}

export function keyActions(key: Pick<KeyInput, 'id' | 'isActive'>): KeyRow['actions'] {
  return {
    probe: links.keyAction(key.id, 'probe'),
    edit: links.keyAction(key.id, 'edit'),
    secret: links.keyAction(key.id, 'secret'),
    toggle: links.keyAction(key.id, key.isActive ? 'deactivate' : 'activate'),
    toggleLabel: key.isActive ? 'Deactivate' : 'Activate',
    delete: links.keyAction(key.id, 'delete'),
  };
}

const probeModeNames: Record<ProbeMode, string> = {
  completion: 'Asks the model',
  models: 'Lists models, free',
  off: 'Not tested',
};

const notAsked: Record<OnlyListedReason, string> = {
  'no-price': 'No price, so only lists models',
  'cap-too-low': 'Cap too low, so only lists models',
};

export function describeProbing(
  key: Pick<KeyInput, 'kind' | 'probeMode' | 'intervalSecs' | 'onlyListed' | 'health'>,
): string {
  if (key.probeMode === 'off') return probeModeNames.off;
  const asked = `${askedOf(key)}, every ${formatInterval(key.intervalSecs)}`;
  return key.health === 'dead' ? `${asked}; ever less often while it fails` : asked;
}

function askedOf({ kind, probeMode, onlyListed }: Pick<KeyInput, 'kind' | 'probeMode' | 'onlyListed'>): string {
  if (kind === 'admin') return 'Lists admin keys, free';
  return onlyListed ? notAsked[onlyListed] : probeModeNames[probeMode];
}

/** What the key's own probes cost, as `≈ $0.0031 a day`. */
export function expectedCost(
  key: Pick<KeyInput, 'expectedCostPerDay' | 'probeMode' | 'kind' | 'onlyListed'>,
): MoneyView {
  if (key.probeMode !== 'completion' || key.kind === 'admin' || key.onlyListed)
    return { text: 'free', title: 'This probe costs nothing', known: true };
  const cost = formatMoney(key.expectedCostPerDay, {
    estimatedBecause: 'tokens of one probe at most × probes per day × today’s price',
    unknownBecause: 'The price of this model is not known',
  });
  return { ...cost, text: cost.known ? `${cost.text} a day` : 'price unknown' };
}
