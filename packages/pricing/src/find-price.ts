import { isInForce } from './is-in-force.js';
import { indexKeyOf, type PriceBook, type PriceKey, type PriceRow } from './price-book.js';

/** The price of a key in force on a UTC day (YYYY-MM-DD), or undefined. `model` is a name from `findModel`. */
export function findPrice(book: PriceBook, key: PriceKey, on: string): PriceRow | undefined {
  return book.rowsByKey.get(indexKeyOf(key))?.find((row) => isInForce(row, on));
}
