import { type Cost, costOf } from '#pricing/cost-of.js';
import { costOfQuantity } from '#pricing/cost-of-quantity.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { Usage } from '#pricing/usage.js';
import { pricedKindOfUsage } from './priced-kind-of-usage.js';

/** What of a stored record decides its cost. */
export interface RatableRecord {
  /** The kind of reported usage; null for what was measured. */
  usageKind: string | null;
  at: Date;
  model: string;
  /** Empty: none was named. */
  serviceTier: string;
  /** Of reported usage: size and source of images, vector store, context level. */
  usageDetail: string;
  usage: Usage;
  /** Null for what is counted in tokens. */
  usageQuantity: number | null;
  costReason: string | null;
  /** Whether its project is processed in a region. */
  isRegional: boolean;
}

/**
 * The cost that a stored record has by a book, or null when no price can ever give it one: a record that does not say
 * what was used, or stored bytes, which are a level and not a use.
 */
export function rateRecord(book: PriceBook, record: RatableRecord): Cost | null {
  const { usageKind, at, model, serviceTier, usage, usageQuantity: quantity, costReason, isRegional } = record;
  if (costReason === 'usage-unknown') return null;
  if (quantity === null) {
    const usageBasis = costReason === 'usage-estimated' ? 'estimated' : 'exact';
    return costOf(book, { model, serviceTier: serviceTier || null, usage, usageBasis, at, isRegional });
  }
  const pricedKind = pricedKindOfUsage[usageKind ?? ''];
  if (!pricedKind) return null;
  return costOfQuantity(book, { kind: pricedKind, model, variant: imageSize(record), quantity, at });
}

/** The detail begins with the size where one is known, followed by where the image came from. */
function imageSize({ usageKind, usageDetail }: RatableRecord): string | null {
  const [first = ''] = usageDetail.split(' ', 1);
  return usageKind === 'images' && first !== '' && !first.startsWith('image.') ? first : null;
}
