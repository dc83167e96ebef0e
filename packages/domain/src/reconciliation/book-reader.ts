import type { Database } from '#db/database.js';
import type { Book, BookFilter, BookGroup } from '../books/book.js';
import { type BookDay, sumBookByDay } from '../books/sum-book-by-day.js';

/** Sums of a book per UTC day of the range and group. */
export type ReadBook = (book: Book, by: BookGroup, only?: BookFilter) => Promise<BookDay[]>;

/** Reads the books over one range and filter, each question once. */
export function createBookReader(
  deps: { db: Database },
  tenantId: string,
  range: { fromDay: string; toDay: string; only: BookFilter },
): ReadBook {
  const asked = new Map<string, Promise<BookDay[]>>();
  return (book, by, only = {}) => {
    const key = JSON.stringify([book, by, only]);
    const known = asked.get(key);
    if (known) return known;
    const { fromDay, toDay } = range;
    // What was measured knows no organizations and projects; whoever asks narrows it by its keys.
    const all = book === 'measured' ? only : { ...range.only, ...only };
    const answer = sumBookByDay(deps, tenantId, { book, fromDay, toDay, calendar: 'utc', by, only: all });
    asked.set(key, answer);
    return answer;
  };
}
