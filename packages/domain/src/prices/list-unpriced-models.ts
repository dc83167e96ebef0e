import type { Clock } from '#core/clock.js';
import { utcDay } from '#core/utc-day.js';
import type { Database } from '#db/database.js';
import { type BookSpan, sumBookBySpan } from '../books/sum-book-by-span.js';
import { addDays, daysOf } from '../spend/local-days.js';
import type { RatedBook } from './affected-usage.js';

/** A model that was used and has no price, in one book. */
export interface UnpricedModel {
  book: RatedBook;
  /** As reported; empty for what names none. */
  model: string;
  /** Of measured usage `probe` or `event`, of reported usage its endpoint. */
  kind: string;
  unpricedRequests: number;
  /** UTC days, `YYYY-MM-DD`. */
  firstSeenOn: string;
  lastSeenOn: string;
}

export const unpricedDays = 30;
/** More names than anybody uses; a caller of ours could invent them without end. */
const mostModels = 500;

/** What was used without a price in the last 30 UTC days, the most requests first. */
export async function listUnpricedModels(
  deps: { db: Database; clock: Clock },
  tenantId: string,
): Promise<UnpricedModel[]> {
  const found = await Promise.all(
    unpricedQueries(deps.clock.now()).map(async (query) => {
      const spans = daysOf(query).map((day) => ({ fromDay: day, toDay: day }));
      const sums = await sumBookBySpan(deps, tenantId, { ...query, spans, and: 'kind' });
      return gather(query.book, sums);
    }),
  );
  const byRequests = (a: UnpricedModel, b: UnpricedModel) => b.unpricedRequests - a.unpricedRequests;
  return found.flat().toSorted(byRequests).slice(0, mostModels);
}

/** Of the books that we price. */
export function unpricedQueries(now: Date) {
  const toDay = utcDay(now);
  const range = { fromDay: addDays(toDay, 1 - unpricedDays), toDay };
  const books: readonly RatedBook[] = ['measured', 'reported'];
  return books.map((book) => ({ book, by: 'model' as const, calendar: 'utc' as const, ...range }));
}

/** Days come in their order. */
function gather(book: RatedBook, sums: readonly BookSpan[]): UnpricedModel[] {
  const models = new Map<string, UnpricedModel>();
  for (const { day, group, also, unpricedRequests } of sums) {
    if (unpricedRequests === 0) continue;
    const place = JSON.stringify([group, also]);
    const known = models.get(place);
    models.set(place, {
      book,
      model: group ?? '',
      kind: also ?? '',
      unpricedRequests: unpricedRequests + (known?.unpricedRequests ?? 0),
      firstSeenOn: known?.firstSeenOn ?? day,
      lastSeenOn: day,
    });
  }
  return [...models.values()];
}
