import type { PicoUsd } from '#core/money.js';
import type { BookSums } from '../books/book.js';

/** Sums of a book without whose they are. */
export type SpendSums = Omit<BookSums, 'group' | 'groupName'>;

export function sumSpend(parts: Iterable<SpendSums>): SpendSums {
  const total: SpendSums = {
    cost: 0n,
    records: 0,
    requests: 0,
    inputTokens: 0,
    inputCachedTokens: 0,
    outputTokens: 0,
    unpricedRequests: 0,
    estimatedRequests: 0,
  };
  for (const part of parts) {
    total.cost += part.cost;
    total.records += part.records;
    total.requests += part.requests;
    total.inputTokens += part.inputTokens;
    total.inputCachedTokens += part.inputCachedTokens;
    total.outputTokens += part.outputTokens;
    total.unpricedRequests += part.unpricedRequests;
    total.estimatedRequests += part.estimatedRequests;
  }
  return total;
}

/** What is left of a whole without a part of it. */
export function subtractSpend(whole: SpendSums, part: SpendSums): SpendSums {
  return {
    cost: whole.cost - part.cost,
    records: whole.records - part.records,
    requests: whole.requests - part.requests,
    inputTokens: whole.inputTokens - part.inputTokens,
    inputCachedTokens: whole.inputCachedTokens - part.inputCachedTokens,
    outputTokens: whole.outputTokens - part.outputTokens,
    unpricedRequests: whole.unpricedRequests - part.unpricedRequests,
    estimatedRequests: whole.estimatedRequests - part.estimatedRequests,
  };
}

/**
 * The cost, or null where something was used and none of it has a price: that is unknown, not free. What cost something has a
 * price, also where the tools that did count no requests.
 */
export function knownCost({
  cost,
  records = 0,
  requests,
  unpricedRequests,
}: Pick<SpendSums, 'cost' | 'requests' | 'unpricedRequests'> & { records?: number }): PicoUsd | null {
  const isUnpriced = cost === 0n && (requests > 0 ? requests === unpricedRequests : records > 0);
  return isUnpriced ? null : cost;
}
