import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { findModel } from '#pricing/find-model.js';
import type { PriceBook } from '#pricing/price-book.js';
import { books } from '../books/book.js';
import { rememberedDays } from '../books/remembered-days.js';
import { sumBook } from '../books/sum-book.js';

/** Those of the names, each once, that neither the book nor usage of the last 400 UTC days has; `*` is every model. */
export async function listUnknownModels(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { names, book }: { names: readonly string[]; book: PriceBook },
): Promise<string[]> {
  const strange = new Set(names.filter((name) => name !== '*' && findModel(book, name) === undefined));
  if (strange.size === 0) return [];
  const range = rememberedDays(deps.clock);
  const sums = await Promise.all(
    books.map((one) => sumBook(deps, tenantId, { ...range, book: one, calendar: 'utc', by: 'model' })),
  );
  // Usage names snapshots, which have the price of the model that they are of.
  const modelByName = new Map([...strange].map((name) => [name, name]));
  for (const { group } of sums.flat()) strange.delete((group !== null && findModel({ modelByName }, group)) || '');
  return [...strange];
}
