import type { EstimateReason } from './cost-of.js';
import type { PriceRow } from './price-book.js';

/** Why a cost is not exact though its price is in the book, or undefined when the price is to be trusted. */
export function doubtAboutPrice({ confidence }: Pick<PriceRow, 'confidence'>): EstimateReason | undefined {
  if (confidence === 'derived') return 'price-derived';
  return confidence === 'low' ? 'price-doubtful' : undefined;
}
