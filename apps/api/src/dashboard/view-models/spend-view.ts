import type { BookSums } from '#domain/books/book.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatCount } from '../format/format-tokens.js';

type Spend = Pick<BookSums, 'cost' | 'requests' | 'unpricedRequests' | 'estimatedRequests'>;

/** A sum of measured spend. “Nothing measured” and “nothing has a price” are unknown, not $0.00. */
export function spendView({ cost, requests, unpricedRequests, estimatedRequests }: Spend): MoneyView {
  if (requests === 0) return formatMoney(null, { unknownBecause: 'Nothing was measured' });
  if (requests === unpricedRequests) return formatMoney(null, { unknownBecause: 'Nothing measured has a price' });
  if (estimatedRequests === 0) return formatMoney(cost);
  return formatMoney(cost, { estimatedBecause: `${countRequests(estimatedRequests)} priced by estimate` });
}

/** What a sum does not hold, in words; empty when it holds everything. */
export function unpricedNote({ unpricedRequests }: Pick<Spend, 'unpricedRequests'>): string {
  if (unpricedRequests === 0) return '';
  return `${countRequests(unpricedRequests)} without a price not included`;
}

function countRequests(count: number): string {
  return count === 1 ? '1 request' : `${formatCount(count)} requests`;
}
