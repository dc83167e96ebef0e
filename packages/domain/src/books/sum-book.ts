import type { Database } from '#db/database.js';
import type { BookQuery, BookSums } from './book.js';
import { sumBookByDay } from './sum-book-by-day.js';

/** A book's sums per group over a range of days, dearest first; equal to the sum of `sumBookByDay`. */
export async function sumBook(deps: { db: Database }, tenantId: string, query: BookQuery): Promise<BookSums[]> {
  const groups = new Map<string | null, BookSums>();
  for (const { day: _day, ...sums } of await sumBookByDay(deps, tenantId, query)) {
    const known = groups.get(sums.group);
    groups.set(sums.group, known ? add(known, sums) : sums);
  }
  return [...groups.values()].toSorted((a, b) => (a.cost === b.cost ? 0 : a.cost < b.cost ? 1 : -1));
}

function add(a: BookSums, b: BookSums): BookSums {
  return {
    group: a.group,
    groupName: a.groupName,
    cost: a.cost + b.cost,
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    inputCachedTokens: a.inputCachedTokens + b.inputCachedTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    unpricedRequests: a.unpricedRequests + b.unpricedRequests,
    estimatedRequests: a.estimatedRequests + b.estimatedRequests,
  };
}
