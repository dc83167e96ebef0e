import type { BookDeps } from './book-snapshot.js';
import type { BookQuery, BookSums } from './book.js';
import { bookGrains, readBookSums } from './read-book-sums.js';

/**
 * A book's sums per group over a range of days, dearest first; equal to the sums of `sumBookByDay`.
 * @throws Problem `invalid-request` for end users of another book than the measured one, or of a part of it
 */
export function sumBook(deps: BookDeps, tenantId: string, query: BookQuery): Promise<BookSums[]> {
  return readBookSums(deps, tenantId, bookGrains.range(query), query);
}
