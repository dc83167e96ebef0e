import { type BookDeps, withBookSnapshot } from './book-snapshot.js';
import type { BookQuery } from './book.js';
import { withBookFigures } from './book-figures.js';
import { readerFor } from './reader-for.js';

/** How many groups of a book have an id or a name, without summing or reading what they used. */
export async function countBookGroups(deps: BookDeps, tenantId: string, query: BookQuery): Promise<number> {
  return withBookSnapshot(deps, tenantId, async ({ snapshot }) => {
    const figures = await withBookFigures(snapshot, query, { spans: [query], areDaysTold: false, hasSums: false });
    const [row] = await readerFor(snapshot, query).$queryRaw<{ groups: number }[]>`
      ${figures} SELECT count(*)::int AS groups FROM (SELECT DISTINCT f."group" FROM figure f) AS found
      WHERE "group" IS NOT NULL`;
    return row?.groups ?? 0;
  });
}
