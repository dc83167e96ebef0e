import type { PriceRow } from './price-book.js';

/** Whether a price holds on a UTC day (YYYY-MM-DD). */
export function isInForce(
  { effectiveFrom, effectiveTo }: Pick<PriceRow, 'effectiveFrom' | 'effectiveTo'>,
  on: string,
): boolean {
  return (effectiveFrom ?? '') <= on && (effectiveTo === null || on < effectiveTo);
}
