import type { BookDeps } from './book-snapshot.js';
import type { BookSums, SpansQuery } from './book.js';
import { bookGrains, readBookSums } from './read-book-sums.js';

export interface BookSpan extends BookSums {
  /** The first day of the span. */
  day: string;
  /** Of `and`; null for what has none, and when it was not asked for. */
  also: string | null;
}

/**
 * A book's sums per span and group, oldest span first, dearest group first: what weeks and months of long ranges are read
 * with, as reading each of their days would cost as much as there are days.
 * @throws Problem `invalid-request` for end users of another book than the measured one, or of a part of it
 */
export async function sumBookBySpan(
  deps: BookDeps,
  tenantId: string,
  { spans, ...query }: SpansQuery,
): Promise<BookSpan[]> {
  return spans.length === 0 ? [] : readBookSums(deps, tenantId, bookGrains.span(spans, query), query);
}

/** What a group cost in a span. */
export type BookSpanCost = Pick<
  BookSpan,
  'day' | 'group' | 'also' | 'cost' | 'requests' | 'unpricedRequests' | 'estimatedRequests'
>;

/** The same without tokens and names and in no order, for less than half the price. */
export async function sumBookCostBySpan(
  deps: BookDeps,
  tenantId: string,
  { spans, ...query }: SpansQuery,
): Promise<BookSpanCost[]> {
  return spans.length === 0 ? [] : readBookSums(deps, tenantId, bookGrains.costOfSpan(spans, query), query);
}
