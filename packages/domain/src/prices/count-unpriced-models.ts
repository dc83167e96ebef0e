import type { Clock } from '#core/clock.js';
import { Prisma } from '#db/rows.js';
import { withBookFigures } from '../books/book-figures.js';
import { type BookDeps, type BookSnapshot, withBookSnapshot } from '../books/book-snapshot.js';
import { unpricedQuery } from './list-unpriced-models.js';

/**
 * How many models were used in the last 30 UTC days, in whichever book, without a price. Every page asks, and whoever reports
 * usage can invent models without end: those of the measured book are counted by Postgres, and not sent. Of the reported one
 * they are, as OpenAI names few, so that what both books name is counted once.
 */
export async function countUnpricedModels(deps: BookDeps & { clock: Clock }, tenantId: string): Promise<number> {
  const now = deps.clock.now();
  return withBookSnapshot(deps, tenantId, async ({ snapshot }) => {
    const reader = snapshot.steadyReader;
    const reported = await reader.$queryRaw<{ model: string }[]>`
      ${await withUnpriced(snapshot, unpricedQuery('reported', now))} SELECT model FROM unpriced`;
    const names = reported.map(({ model }) => model);
    const [others] = await reader.$queryRaw<{ models: number }[]>`
      ${await withUnpriced(snapshot, unpricedQuery('measured', now))}
      SELECT count(*)::int AS models FROM unpriced WHERE model <> ALL(${names}::text[])`;
    return names.length + (others?.models ?? 0);
  });
}

/** The beginning of a statement, `WITH …`, ending in `unpriced`, which has each model once. */
async function withUnpriced(
  snapshot: BookSnapshot,
  { fromDay, toDay, ...query }: ReturnType<typeof unpricedQuery>,
): Promise<Prisma.Sql> {
  const figures = await withBookFigures(snapshot, query, { spans: [{ fromDay, toDay }], areDaysTold: false });
  return Prisma.sql`${figures},
    unpriced AS (SELECT DISTINCT COALESCE(f."group", '') AS model FROM figure f WHERE f.unpriced_requests > 0)`;
}
