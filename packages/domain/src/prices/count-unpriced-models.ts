import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { sumBook } from '../books/sum-book.js';
import { unpricedQueries } from './list-unpriced-models.js';

/** How many models were used in the last 30 UTC days, in whichever book, without a price. */
export async function countUnpricedModels(deps: { db: Database; clock: Clock }, tenantId: string): Promise<number> {
  const sums = await Promise.all(unpricedQueries(deps.clock.now()).map((query) => sumBook(deps, tenantId, query)));
  return new Set(sums.flat().flatMap(({ group, unpricedRequests }) => (unpricedRequests > 0 ? [group] : []))).size;
}
