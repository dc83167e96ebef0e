import type { PicoUsd } from '#core/money.js';

export interface BurnRate {
  /** Mean cost of a day. */
  perDay: PicoUsd;
  /** How many days it is the mean of; fewer than asked where less is known. */
  days: number;
  /** How many of those have no settled bill, so that usage tells what they cost. */
  estimatedDays: number;
}

/** Of those of the last `count` days, given oldest first, whose cost is known; null when there is none. */
export function burnRate(
  past: readonly { cost: PicoUsd | null; isEstimated: boolean }[],
  count: number,
): BurnRate | null {
  const known = past.slice(-count).flatMap(({ cost, isEstimated }) => (cost === null ? [] : [{ cost, isEstimated }]));
  if (known.length === 0) return null;
  return {
    perDay: known.reduce((sum, { cost }) => sum + cost, 0n) / BigInt(known.length),
    days: known.length,
    estimatedDays: known.filter(({ isEstimated }) => isEstimated).length,
  };
}
