import type { Tx } from '#db/database.js';
import { findModel } from '#pricing/find-model.js';
import type { PriceBook } from '#pricing/price-book.js';
import { listNamelessModels, nameCostLines } from './name-cost-lines.js';

/**
 * Gives lines of the bill the model that they name and that a book knows by now: a model of one's own may get its price after
 * its bills were read. To be called before anything else is written, as it forgets sums of their days.
 */
export async function namePricedCostLines(tx: Tx, book: PriceBook): Promise<void> {
  const models = (await listNamelessModels(tx)).filter((name) => findModel(book, name) !== undefined);
  await nameCostLines(tx, { models });
}
