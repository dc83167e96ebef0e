import { parseUsd } from '#core/money.js';
import type { PriceBook } from '#pricing/price-book.js';
import { expectedProbeCost, probeCostUnderCap, type ProbedKey } from './expected-probe-cost.js';

/** Why probes of a key that are to ask its model list models instead, on every day. */
export type OnlyListedReason = 'no-price' | 'cap-too-low';

/** Null where at least one probe fits under the key's daily cap, or where none is to ask the model. */
export function whyOnlyListed(
  deps: { priceBook: PriceBook },
  key: ProbedKey & { dailyCapUsd: string },
): OnlyListedReason | null {
  if (key.mode !== 'completion' || probeCostUnderCap(deps, key) <= parseUsd(key.dailyCapUsd)) return null;
  return expectedProbeCost(deps, key) === null ? 'no-price' : 'cap-too-low';
}
