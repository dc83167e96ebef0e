import type { PicoUsd } from '#core/money.js';

/** Fewer days prove no rule. */
const fewestDays = 3;
/** A proportion counts as the same when no day is further from it than one part in so many. */
const tolerance = 200n;

export interface ComparedDay {
  billed: PicoUsd;
  reported: PicoUsd;
  unpricedRequests: number;
}

/**
 * Billed divided by reported, when that is the same on all of these days and not 1: the mark of a negotiated price, or of
 * a wrong one in the book. Null when there is no such rule, too few days, or usage without a price.
 */
export function findPriceRatio(days: readonly ComparedDay[]): { ratio: number; days: number } | null {
  const used = days.filter(({ billed, reported }) => billed !== 0n || reported !== 0n);
  if (used.length < fewestDays) return null;
  if (used.some(({ billed, reported, unpricedRequests }) => billed <= 0n || reported <= 0n || unpricedRequests > 0)) {
    return null;
  }
  const billed = sum(used.map((day) => day.billed));
  const reported = sum(used.map((day) => day.reported));
  if (isNear(billed, reported)) return null;
  // Cross-multiplied, so that nothing is rounded: billed / reported of the day against that of all.
  if (!used.every((day) => isNear(day.billed * reported, day.reported * billed))) return null;
  return { ratio: Number((billed * 1_000_000n) / reported) / 1_000_000, days: used.length };
}

function isNear(a: bigint, b: bigint): boolean {
  const apart = a < b ? b - a : a - b;
  return apart * tolerance <= b;
}

function sum(amounts: readonly PicoUsd[]): PicoUsd {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
