import type { PicoUsd } from '#core/money.js';

export interface BurnRate {
  /** Mean cost of a day. */
  perDay: PicoUsd;
  /** How many days it is the mean of; fewer than asked where less is known. */
  days: number;
}

/** Of those of the last `count` days, given oldest first, whose cost is known; null when there is none. */
export function burnRate(past: readonly { cost: PicoUsd | null }[], count: number): BurnRate | null {
  const costs = past.slice(-count).flatMap(({ cost }) => (cost === null ? [] : [cost]));
  if (costs.length === 0) return null;
  return { perDay: costs.reduce((sum, cost) => sum + cost, 0n) / BigInt(costs.length), days: costs.length };
}
