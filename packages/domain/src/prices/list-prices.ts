import { Problem } from '#core/problem.js';
import type { PriceBook } from '#pricing/price-book.js';
import { type NamedPriceRow, type PriceFilter, selectPrices } from './select-prices.js';

/**
 * One page of the price book. `next` is the `after` of the following page, null on the last; it names the book, so that
 * pages of two versions are never read as one list.
 * @throws Problem `invalid-request` for a cursor of another book, or none of ours
 */
export function listPrices(
  { priceBook }: { priceBook: PriceBook },
  filter: PriceFilter,
  page: { after?: string | undefined; limit: number },
): { items: NamedPriceRow[]; next: string | null } {
  const last = page.after === undefined ? -1 : decodeCursor(priceBook, page.after);
  const rows = selectPrices(priceBook, filter).filter(({ index }) => index > last);
  const items = rows.slice(0, page.limit);
  const lastShown = items.at(-1);
  return { items, next: rows.length > page.limit && lastShown ? encodeCursor(priceBook, lastShown) : null };
}

function encodeCursor({ version }: PriceBook, { index }: NamedPriceRow): string {
  return Buffer.from(`${index}.${version}`).toString('base64url');
}

function decodeCursor(book: PriceBook, cursor: string): number {
  const [, index, version] = /^(\d{1,9})\.(.+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (index === undefined || version !== book.version) {
    const detail = 'This is no cursor of this list, or the prices have changed since. Begin again without “after”.';
    throw new Problem('invalid-request', { field: 'after', detail });
  }
  return Number(index);
}
