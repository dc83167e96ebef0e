import type { BookDeps } from './book-snapshot.js';
import type { BookQuery, BookSums } from './book.js';
import { bookGrains, readBookSums } from './read-book-sums.js';

export interface BookDay extends BookSums {
  /** `YYYY-MM-DD` */
  day: string;
}

/**
 * A book's sums per day and group, oldest day first, dearest group first; days without anything are left out. The days add
 * up to their range.
 * @throws Problem `invalid-request` for end users of another book than the measured one, or of a part of it
 */
export function sumBookByDay(deps: BookDeps, tenantId: string, query: BookQuery): Promise<BookDay[]> {
  return readBookSums(deps, tenantId, bookGrains.day(query), query);
}
