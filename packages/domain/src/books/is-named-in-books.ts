import type { Clock } from '#core/clock.js';
import type { BookDeps } from './book-snapshot.js';
import { type Book, type BookFilter, books, type DaySpan } from './book.js';
import { rememberedDays } from './remembered-days.js';
import { sumBook } from './sum-book.js';

/**
 * Whether any of the books has an entry of what `only` names, in the last 400 days or in those asked about. Read from the
 * sums by their indexes, however much the books hold; days that nobody has summed yet are read from their hours.
 * @param among default: all three books
 */
export async function isNamedInBooks(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  { only, asked, among = books }: { only: BookFilter; asked?: DaySpan | undefined; among?: readonly Book[] },
): Promise<boolean> {
  const isNamedIn = async (days: DaySpan) => {
    const found = await Promise.all(
      among.map((book) => sumBook(deps, tenantId, { ...days, book, calendar: 'utc', by: 'none', only })),
    );
    return found.some((sums) => sums.length > 0);
  };
  if (await isNamedIn(rememberedDays(deps.clock))) return true;
  return asked !== undefined && isNamedIn(asked);
}
