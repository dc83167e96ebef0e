import type { PicoUsd } from '#core/money.js';
import type { DifferencePart } from './reconciliation.js';

/** Of one span of days and one group. */
export interface BilledFacts {
  billed: PicoUsd;
  reported: PicoUsd;
  /** Of what is billed: lines that name no model. */
  billedFees: PicoUsd;
  /** Of what is reported: tools and storage, which have no tokens. */
  reportedFees: PicoUsd;
  /** Reported. */
  requests: number;
  unpricedRequests: number;
  estimatedRequests: number;
}

export interface BilledState {
  isProvisional: boolean;
  /** The bill stands in one proportion to what is reported, on every final day or span. */
  hasPriceRatio: boolean;
}

/**
 * Why the bill differs from what is reported. Each reason takes its part of what those before it left; `unknown` takes the
 * rest. A bill that may still change is no difference to explain yet, so nothing else is sought on such a day.
 */
export function explainBilledDifference(facts: BilledFacts, state: BilledState): DifferencePart[] {
  const difference = facts.billed - facts.reported;
  if (state.isProvisional) return partsOf([['provisional-day', difference]]);
  const fees = facts.billedFees - facts.reportedFees;
  const rest = difference - fees;
  if (rest > 0n && facts.unpricedRequests > 0) {
    return partsOf([
      ['tool-or-storage-fees', fees],
      ['unpriced', rest],
    ]);
  }
  if (state.hasPriceRatio) {
    return partsOf([
      ['tool-or-storage-fees', fees],
      ['price-differs', rest],
    ]);
  }
  const tierMix = withinShare(rest, facts.reported - facts.reportedFees, facts);
  return partsOf([
    ['tool-or-storage-fees', fees],
    ['tier-mix', tierMix],
    ['unknown', rest - tierMix],
  ]);
}

/**
 * As much of a difference as requests of an assumed tier can make: their share of the cost, as tiers lie between half and
 * twice the standard price.
 */
export function withinShare(
  difference: PicoUsd,
  cost: PicoUsd,
  { requests, estimatedRequests }: { requests: number; estimatedRequests: number },
): PicoUsd {
  if (estimatedRequests <= 0 || requests <= 0 || cost <= 0n) return 0n;
  const bound = (cost * BigInt(Math.min(estimatedRequests, requests))) / BigInt(requests);
  const magnitude = difference < 0n ? -difference : difference;
  if (magnitude <= bound) return difference;
  return difference < 0n ? -bound : bound;
}

/** Parts that are something. */
export function partsOf(parts: [DifferencePart['reason'], PicoUsd][]): DifferencePart[] {
  return parts.filter(([, amount]) => amount !== 0n).map(([reason, amount]) => ({ reason, amount }));
}
