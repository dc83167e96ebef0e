import type { Clock } from '#core/clock.js';
import { findModel } from '#pricing/find-model.js';
import type { PriceBook } from '#pricing/price-book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { sumDearest } from '../books/sum-book.js';
import { ratedBooks } from './affected-usage.js';
import { unpricedQuery } from './list-unpriced-models.js';

export interface UsedModel {
  /** As reported, so that snapshots of one model are several. */
  model: string;
  requests: number;
  /** Part of `requests`. */
  unpricedRequests: number;
  /** False: OpenAI reports them, and nobody told us of them. */
  isMeasured: boolean;
  /** The model of the book whose prices hold for it; undefined when there is none. */
  pricedAs: string | undefined;
}

/** More names than anybody uses; of those that somebody invents, which cost nothing, the least used are left out. */
const mostModels = 500;

/**
 * What was used in the days of `listUnpricedModels`, the most unpriced requests first. The measured and the reported book may
 * be about the same requests: whichever has more of a model.
 */
export async function listUsedModels(
  deps: BookDeps & { clock: Clock; priceBook: PriceBook },
  tenantId: string,
): Promise<UsedModel[]> {
  const now = deps.clock.now();
  const books = await withBookSnapshot(deps, tenantId, (inSnapshot) =>
    Promise.all(
      ratedBooks.map(async (book) => ({
        isMeasured: book === 'measured',
        sums: await sumDearest(inSnapshot, tenantId, unpricedQuery(book, now), mostModels),
      })),
    ),
  );
  const used = new Map<string, UsedModel>();
  for (const { isMeasured, sums } of books) {
    for (const { group: model, requests, unpricedRequests } of sums.groups) {
      if (model === null || requests <= (used.get(model)?.requests ?? 0)) continue;
      used.set(model, { model, requests, unpricedRequests, isMeasured, pricedAs: findModel(deps.priceBook, model) });
    }
  }
  return [...used.values()].toSorted((a, b) => b.unpricedRequests - a.unpricedRequests || b.requests - a.requests);
}
