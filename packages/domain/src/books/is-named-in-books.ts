import type { Clock } from '#core/clock.js';
import { addDays, localDay } from '../spend/local-days.js';
import type { BookDeps } from './book-snapshot.js';
import { type Book, type BookFilter, books, type DaySpan } from './book.js';
import { sumBook } from './sum-book.js';

/** How far back an entry makes what it names known, in days. */
const rememberedDays = 400;

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
  const today = localDay(deps.clock.now(), 'UTC');
  const isNamedIn = async (days: DaySpan) => {
    const found = await Promise.all(
      among.map((book) => sumBook(deps, tenantId, { ...days, book, calendar: 'utc', by: 'none', only })),
    );
    return found.some((sums) => sums.length > 0);
  };
  if (await isNamedIn({ fromDay: addDays(today, 1 - rememberedDays), toDay: today })) return true;
  return asked !== undefined && isNamedIn(asked);
}
