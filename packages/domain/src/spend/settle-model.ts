import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { findModel } from '#pricing/find-model.js';
import type { Book, Calendar } from '../books/book.js';
import { sumBook } from '../books/sum-book.js';
import type { TenantPriceBooks } from '../prices/tenant-price-books.js';
import type { DayRange } from './local-days.js';

/** As many as a sentence can name. */
const mostNamed = 10;

/**
 * The name by which a book knows a model in a range: the given one, or the one that prices hold to be the same model. What
 * has a price and no usage keeps its name, and costs nothing.
 * @throws Problem `invalid-request` for a name without price and usage, or for one that stands for several
 */
export async function settleModel(
  deps: { db: Database; priceBooks: TenantPriceBooks },
  tenantId: string,
  {
    name,
    isUsed,
    ...range
  }: DayRange & { book: Book; calendar: Calendar; name: string; isUsed: (only: { model: string }) => Promise<boolean> },
): Promise<string> {
  const { book, calendar, fromDay, toDay } = range;
  const [prices, groups] = await Promise.all([
    deps.priceBooks.of(tenantId),
    sumBook(deps, tenantId, { book, fromDay, toDay, calendar, by: 'model' }),
  ]);
  const used = groups.flatMap(({ group }) => group ?? []);
  if (used.includes(name)) return name;
  const model = findModel(prices, name);
  if (model === undefined) {
    if (await isUsed({ model: name })) return name;
    throw fault(
      'No usage and no price names this model; check the spelling. Spend by model (by=model) lists those that were used.',
    );
  }
  const same = used.filter((one) => findModel(prices, one) === model);
  const [only, ...others] = same;
  if (only === undefined) return name;
  if (others.length === 0) return only;
  const names = same.slice(0, mostNamed).join(', ');
  throw fault(`“${name}” may be any of these, of which one has to be named: ${names}.`);
}

function fault(detail: string): Problem {
  return new Problem('invalid-request', { field: 'model', detail });
}
