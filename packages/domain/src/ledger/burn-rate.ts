import type { PicoUsd } from '#core/money.js';

export interface BurnRate {
  /** Mean cost of a day. */
  perDay: PicoUsd;
  /** How many days it is the mean of; fewer than asked where less is known. */
  days: number;
}

/** Of the last `count` days, given oldest first; null when there is none. */
export function burnRate(past: readonly { cost: PicoUsd }[], count: number): BurnRate | null {
  const days = past.slice(-count);
  if (days.length === 0) return null;
  const total = days.reduce((sum, { cost }) => sum + cost, 0n);
  return { perDay: total / BigInt(days.length), days: days.length };
}
