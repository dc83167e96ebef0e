import type { Clock } from '#core/clock.js';
import { Prisma } from '#db/rows.js';
import { withBookFigures } from '../books/book-figures.js';
import { type BookDeps, type BookSnapshot, withBookSnapshot } from '../books/book-snapshot.js';
import { ratedBooks } from './affected-usage.js';
import { unpricedQuery } from './list-unpriced-models.js';

/**
 * How many models were used in the last 30 UTC days, in whichever book, without a price. Every page asks, and whoever reports
 * usage can invent models without end: they are counted by Postgres, and not sent. What both books name is counted once.
 */
export async function countUnpricedModels(deps: BookDeps & { clock: Clock }, tenantId: string): Promise<number> {
  const now = deps.clock.now();
  return withBookSnapshot(deps, tenantId, async ({ snapshot }) => {
    const ofBooks = await Promise.all(ratedBooks.map((book) => selectUnpriced(snapshot, unpricedQuery(book, now))));
    const [counted] = await snapshot.steadyReader.$queryRaw<{ models: number }[]>`
      SELECT count(*)::int AS models FROM (${Prisma.join(ofBooks, ' UNION ')}) AS unpriced`;
    return counted?.models ?? 0;
  });
}

/** The names of a book's models, some of them several times. */
async function selectUnpriced(
  snapshot: BookSnapshot,
  { fromDay, toDay, ...query }: ReturnType<typeof unpricedQuery>,
): Promise<Prisma.Sql> {
  const figures = await withBookFigures(snapshot, query, { spans: [{ fromDay, toDay }], areDaysTold: false });
  return Prisma.sql`(${figures} SELECT COALESCE(f."group", '') FROM figure f WHERE f.unpriced_requests > 0)`;
}
