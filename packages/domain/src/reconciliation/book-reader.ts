import type { Database } from '#db/database.js';
import type { Book, BookFilter, BookGroup } from '../books/book.js';
import { sumBook } from '../books/sum-book.js';
import { type BookDay, sumBookByDay } from '../books/sum-book-by-day.js';

/** Days in a row, both ends included. */
export interface DaySpan {
  fromDay: string;
  toDay: string;
}

/** Sums of a book per group and UTC day, or per group and span under the span's first day. */
export type ReadBook = (book: Book, by: BookGroup, only?: BookFilter) => Promise<BookDay[]>;

interface ReaderOptions extends DaySpan {
  only: BookFilter;
  /** Sums over each of these instead of each day. */
  spans?: readonly DaySpan[];
}

/** Reads the books over one range and filter, each question once. */
export function createBookReader(deps: { db: Database }, tenantId: string, options: ReaderOptions): ReadBook {
  const { spans, fromDay, toDay } = options;
  const asked = new Map<string, Promise<BookDay[]>>();
  return (book, by, only = {}) => {
    const key = JSON.stringify([book, by, only]);
    const known = asked.get(key);
    if (known) return known;
    const query = { book, by, calendar: 'utc' as const, only: { ...options.only, ...only } };
    const answer = spans
      ? Promise.all(spans.map((span) => readSpan(deps, tenantId, { ...query, ...span }))).then((sums) => sums.flat())
      : sumBookByDay(deps, tenantId, { ...query, fromDay, toDay });
    asked.set(key, answer);
    return answer;
  };
}

async function readSpan(
  deps: { db: Database },
  tenantId: string,
  query: Parameters<typeof sumBook>[2],
): Promise<BookDay[]> {
  const sums = await sumBook(deps, tenantId, query);
  return sums.map((sum) => ({ ...sum, day: query.fromDay }));
}
