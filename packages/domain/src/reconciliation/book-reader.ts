import type { BookDeps } from '../books/book-snapshot.js';
import type { Book, BookFilter, BookGroup, BookQuestion, DaySpan } from '../books/book.js';
import { type BookSpanCost, sumBookCostBySpan } from '../books/sum-book-by-span.js';

/** Sums of a book per span and group, told apart once more by `and`. */
export type ReadBook = (
  book: Book,
  by: BookGroup,
  ask?: { only?: BookFilter; and?: BookQuestion['and'] },
) => Promise<BookSpanCost[]>;

/** Reads the books over the same spans and filter, each question once. */
export function createBookReader(
  deps: BookDeps,
  tenantId: string,
  { spans, only }: { spans: readonly DaySpan[]; only: BookFilter },
): ReadBook {
  const asked = new Map<string, Promise<BookSpanCost[]>>();
  return (book, by, ask = {}) => {
    const key = JSON.stringify([book, by, ask]);
    const query = { book, by, and: ask.and, calendar: 'utc' as const, only: { ...only, ...ask.only }, spans };
    const answer = asked.get(key) ?? sumBookCostBySpan(deps, tenantId, query);
    asked.set(key, answer);
    return answer;
  };
}
