import type { Clock } from '#core/clock.js';
import { utcDay } from '#core/utc-day.js';
import { withBookFigures } from '../books/book-figures.js';
import { type BookDeps, type BookSnapshot, withBookSnapshot } from '../books/book-snapshot.js';
import { addDays } from '../spend/local-days.js';
import { type RatedBook, ratedBooks } from './affected-usage.js';

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
  deps: BookDeps & { clock: Clock },
  tenantId: string,
): Promise<UnpricedModel[]> {
  const now = deps.clock.now();
  const found = await withBookSnapshot(deps, tenantId, ({ snapshot }) =>
    Promise.all(ratedBooks.map((book) => unpricedOf(snapshot, unpricedQuery(book, now)))),
  );
  const byRequests = (a: UnpricedModel, b: UnpricedModel) => b.unpricedRequests - a.unpricedRequests;
  return found.flat().toSorted(byRequests).slice(0, mostModels);
}

/** Put together and cut off by Postgres: reading all that somebody invented would hold up everybody else. */
async function unpricedOf(
  snapshot: BookSnapshot,
  { fromDay, toDay, ...query }: ReturnType<typeof unpricedQuery>,
): Promise<UnpricedModel[]> {
  const asked = { ...query, and: 'kind' } as const;
  const figures = await withBookFigures(snapshot, asked, { spans: [{ fromDay, toDay }], areDaysTold: true });
  return snapshot.steadyReader.$queryRaw`
    ${figures}
    SELECT ${query.book}::text AS book, COALESCE(f."group", '') AS model, COALESCE(f.also, '') AS kind,
      sum(f.unpriced_requests)::float8 AS "unpricedRequests", to_char(min(f.day), 'YYYY-MM-DD') AS "firstSeenOn",
      to_char(max(f.day), 'YYYY-MM-DD') AS "lastSeenOn"
    FROM figure f WHERE f.unpriced_requests > 0
    GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT ${mostModels}`;
}

/** The days of a book that are looked at. */
export function unpricedQuery(book: RatedBook, now: Date) {
  const toDay = utcDay(now);
  return { book, by: 'model', calendar: 'utc', fromDay: addDays(toDay, 1 - unpricedDays), toDay } as const;
}
