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
 * What a probe of a model without a price is taken to cost where only the daily cap asks: as much as with the dearest
 * model that the book knows, so that a missing price cannot open the cap.
 */
export function assumedProbeCost(
  { priceBook }: { priceBook: PriceBook },
  { model, at }: { model: string; at: Date },
): PicoUsd {
  const usage = expectedProbeUsage(model);
  const name = `${utcDay(at)} ${usage.outputTokens}`;
  const known = assumed.get(priceBook);
  if (known?.name === name) return known.cost;
  const models = new Set(priceBook.rows.map((row) => row.model));
  const costs = [...models].map((each) => costOf(priceBook, { model: each, serviceTier: null, usage, at }));
  const cost = costs.reduce((most, { costPicoUsd: one }) => (one !== null && one > most ? one : most), 0n);
  assumed.set(priceBook, { name, cost });
  return cost;
}

/** The last answer for each book, as the whole book is priced for it, and every probe of an unpriced model asks. */
const assumed = new WeakMap<PriceBook, { name: string; cost: PicoUsd }>();
