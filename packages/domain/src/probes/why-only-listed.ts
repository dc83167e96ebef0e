import { type PicoUsd, parseUsd } from '#core/money.js';
import type { PriceBook } from '#pricing/price-book.js';
import { assumedProbeCost, expectedProbeCost, type ProbedKey } from './expected-probe-cost.js';

/** Why probes of a key that are to ask its model list models instead, on every day. */
export type OnlyListedReason = 'no-price' | 'cap-too-low';

/** What the daily cap takes one probe of this key to cost: as much as the dearest model where its own has no price. */
export function probeCostUnderCap(deps: { priceBook: PriceBook }, key: ProbedKey): PicoUsd {
  return expectedProbeCost(deps, key) ?? assumedProbeCost(deps, key);
}

/** Why the model of a key is never asked, as not even one probe fits under its daily cap; null where it is, or is not meant to be. */
export function whyOnlyListed(
  deps: { priceBook: PriceBook },
  key: ProbedKey & { dailyCapUsd: string },
): OnlyListedReason | null {
  if (key.mode !== 'completion' || probeCostUnderCap(deps, key) <= parseUsd(key.dailyCapUsd)) return null;
  return expectedProbeCost(deps, key) === null ? 'no-price' : 'cap-too-low';
}
