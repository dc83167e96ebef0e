import type { PicoUsd } from '#core/money.js';

/** Fewer prove no rule. */
const fewestSpans = 3;
/** A proportion counts as the same when no span is further from it than one part in so many. */
const tolerance = 200n;

/** One final day, or several in a row. */
export interface ComparedSpan {
  days: number;
  billed: PicoUsd;
  reported: PicoUsd;
  unpricedRequests: number;
}

/**
 * Billed divided by reported, when that is the same on all of these spans and not 1: the mark of a negotiated price, or of
 * a wrong one in the book. Null when there is no such rule, too few spans, or usage without a price.
 */
export function findPriceRatio(spans: readonly ComparedSpan[]): { ratio: number; days: number } | null {
  const used = spans.filter(({ billed, reported }) => billed !== 0n || reported !== 0n);
  if (used.length < fewestSpans) return null;
  if (used.some(({ billed, reported, unpricedRequests }) => billed <= 0n || reported <= 0n || unpricedRequests > 0)) {
    return null;
  }
  const billed = sum(used.map((span) => span.billed));
  const reported = sum(used.map((span) => span.reported));
  if (isNear(billed, reported)) return null;
  // Cross-multiplied, so that nothing is rounded: billed / reported of the span against that of all.
  if (!used.every((span) => isNear(span.billed * reported, span.reported * billed))) return null;
  const days = used.reduce((count, span) => count + span.days, 0);
  return { ratio: Number((billed * 1_000_000n) / reported) / 1_000_000, days };
}

function isNear(a: bigint, b: bigint): boolean {
  const apart = a < b ? b - a : a - b;
  return apart * tolerance <= b;
}

function sum(amounts: readonly PicoUsd[]): PicoUsd {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
