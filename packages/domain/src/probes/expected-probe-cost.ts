import type { PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import { expectedProbeUsage } from '#openai/model-parameters.js';
import { costOf } from '#pricing/cost-of.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { ProbeMode, ProviderKeyKind } from '../provider-keys/provider-key.js';

const secsPerDay = 86_400n;

export interface ProbedKey {
  kind: ProviderKeyKind;
  mode: ProbeMode;
  model: string;
  at: Date;
  /** Default: not known to be of a project that is processed in a region. */
  isRegional?: boolean;
}

/** What one probe of this key costs at most, in pico-USD; 0 for a free probe, null when the model has no price. */
export function expectedProbeCost(
  deps: { priceBook: PriceBook },
  { kind, mode, model, at, isRegional = false }: ProbedKey,
): PicoUsd | null {
  if (kind === 'admin' || mode !== 'completion') return 0n;
  const usage = expectedProbeUsage(model);
  return costOf(deps.priceBook, { model, serviceTier: null, usage, at, isRegional }).costPicoUsd;
}

/** The same for a day of probes, rounded up to whole ones. */
export function expectedDailyProbeCost(
  deps: { priceBook: PriceBook },
  key: ProbedKey & { intervalSecs: number },
): PicoUsd | null {
  const perProbe = expectedProbeCost(deps, key);
  const interval = BigInt(key.intervalSecs);
  return perProbe === null ? null : perProbe * ((secsPerDay + interval - 1n) / interval);
}

/**
 * What the daily cap takes one probe of this key to cost: without a price of its model, as much as with the dearest that the
 * book knows, so that a missing price cannot open the cap.
 */
export function probeCostUnderCap(deps: { priceBook: PriceBook }, key: ProbedKey): PicoUsd {
  return expectedProbeCost(deps, key) ?? dearestProbeCost(deps, key);
}

function dearestProbeCost({ priceBook }: { priceBook: PriceBook }, { model, at }: ProbedKey): PicoUsd {
  const usage = expectedProbeUsage(model);
  const name = `${utcDay(at)} ${usage.outputTokens}`;
  const known = dearest.get(priceBook);
  if (known?.name === name) return known.cost;
  const models = new Set(priceBook.rows.map((row) => row.model));
  const costs = [...models].map((each) => costOf(priceBook, { model: each, serviceTier: null, usage, at }));
  const cost = costs.reduce((most, { costPicoUsd: one }) => (one !== null && one > most ? one : most), 0n);
  dearest.set(priceBook, { name, cost });
  return cost;
}

/** The last answer for each book, as the whole book is priced for it, and every probe of an unpriced model asks. */
const dearest = new WeakMap<PriceBook, { name: string; cost: PicoUsd }>();
