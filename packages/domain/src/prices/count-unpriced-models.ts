import type { Clock } from '#core/clock.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { sumBookCostBySpan } from '../books/sum-book-by-span.js';
import { unpricedQueries } from './list-unpriced-models.js';

/** How many models were used in the last 30 UTC days, in whichever book, without a price. */
export async function countUnpricedModels(deps: BookDeps & { clock: Clock }, tenantId: string): Promise<number> {
  const sums = await withBookSnapshot(deps, tenantId, (inSnapshot) =>
    Promise.all(
      unpricedQueries(deps.clock.now()).map(({ fromDay, toDay, ...query }) =>
        sumBookCostBySpan(inSnapshot, tenantId, { ...query, spans: [{ fromDay, toDay }] }),
      ),
    ),
  );
  return new Set(sums.flat().flatMap(({ group, unpricedRequests }) => (unpricedRequests > 0 ? [group] : []))).size;
}
