import type { UsageBucket } from '#openai/organization/read-usage.js';
import type { UsageResult } from '#openai/organization/usage-result.js';
import { type Cost, costOf } from '#pricing/cost-of.js';
import { costOfQuantity } from '#pricing/cost-of-quantity.js';
import type { PriceBook } from '#pricing/price-book.js';
import { pricedKindOfUsage } from '../prices/priced-kind-of-usage.js';

/** `storage-level`: stored bytes are a level and not a use; OpenAI bills them by the day. */
export type ReportedCost =
  | Cost
  | { costPicoUsd: null; basis: 'unpriced'; reason: 'storage-level'; priceVersion: string };

/** A row of reported usage with what it should cost. */
export interface RatedUsage {
  bucketAt: Date;
  result: UsageResult;
  cost: ReportedCost;
}

/**
 * Prices every row of a bucket, in order; rows of the `regional` projects as processed in their region. A row is a sum of
 * many requests: which of them were long, it does not say, and `costOf` allows for that. Images and audio of models that are
 * billed by their tokens stay unpriced here: those tokens are reported apart, and a guess would count them twice.
 */
export function rateReportedUsage(
  book: PriceBook,
  { startAt, results }: UsageBucket,
  regional: ReadonlySet<string>,
): RatedUsage[] {
  return results.map((result) => ({
    bucketAt: startAt,
    result,
    cost: rate(book, result, { at: startAt, isRegional: regional.has(result.group.projectId ?? '') }),
  }));
}

function rate(
  book: PriceBook,
  { kind, group, tokens, quantity }: UsageResult,
  { at, isRegional }: { at: Date; isRegional: boolean },
): ReportedCost {
  const model = group.model ?? '';
  if (tokens) {
    const { usage, basis } = tokens;
    return costOf(book, { model, serviceTier: group.pricedTier, usage, usageBasis: basis, at, isRegional });
  }
  const priceKind = pricedKindOfUsage[kind];
  if (!priceKind || !quantity) {
    return { costPicoUsd: null, basis: 'unpriced', reason: 'storage-level', priceVersion: book.version };
  }
  const variant = kind === 'images' ? group.size : null;
  return costOfQuantity(book, { kind: priceKind, model, variant, quantity: quantity.count, at });
}
