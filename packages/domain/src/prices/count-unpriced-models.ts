import type { Clock } from '#core/clock.js';
import { Prisma } from '#db/rows.js';
import { withBookFigures } from '../books/book-figures.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { type UnpricedQuery, unpricedQueries } from './list-unpriced-models.js';

/**
 * How many models were used in the last 30 UTC days, in whichever book, without a price. Every page asks, and whoever reports
 * usage can invent models without end: they are counted by Postgres, and not sent.
 */
export async function countUnpricedModels(deps: BookDeps & { clock: Clock }, tenantId: string): Promise<number> {
  const queries = unpricedQueries(deps.clock.now());
  return withBookSnapshot(deps, tenantId, async (inSnapshot) => {
    const counts = await Promise.all(queries.map((query) => countOf(inSnapshot, tenantId, query)));
    const [both, ...others] = counts.filter(({ models }) => models > 0).toSorted((a, b) => a.models - b.models);
    if (!both || others.length === 0) return both?.models ?? 0;
    // What two books name is one model; of the smaller one, as OpenAI names few.
    const named = await namesOf(inSnapshot, tenantId, both.query);
    const again = await Promise.all(others.map(({ query }) => countOf(inSnapshot, tenantId, query, named)));
    const sum = (all: readonly { models: number }[]) => all.reduce((total, { models }) => total + models, 0);
    return sum(counts) - sum(again);
  });
}

/** Of all, or among these. */
async function countOf(deps: BookDeps, tenantId: string, query: UnpricedQuery, among?: readonly string[]) {
  const only = among ? Prisma.sql`WHERE model = ANY(${among}::text[])` : Prisma.empty;
  const [row] = await ofModels<{ models: number }>(deps, tenantId, query, {
    select: Prisma.sql`SELECT count(*)::int AS models FROM unpriced ${only}`,
  });
  return { query, models: row?.models ?? 0 };
}

async function namesOf(deps: BookDeps, tenantId: string, query: UnpricedQuery): Promise<string[]> {
  const rows = await ofModels<{ model: string }>(deps, tenantId, query, {
    select: Prisma.sql`SELECT model FROM unpriced`,
  });
  return rows.map(({ model }) => model);
}

function ofModels<Row>(
  deps: BookDeps,
  tenantId: string,
  { fromDay, toDay, ...query }: UnpricedQuery,
  { select }: { select: Prisma.Sql },
): Promise<Row[]> {
  return withBookSnapshot(deps, tenantId, async ({ snapshot }) => {
    const figures = await withBookFigures(snapshot, query, { spans: [{ fromDay, toDay }], areDaysTold: false });
    return snapshot.steadyReader.$queryRaw<Row[]>`
      ${figures},
      unpriced AS (SELECT DISTINCT COALESCE(f."group", '') AS model FROM figure f WHERE f.unpriced_requests > 0)
      ${select}`;
  });
}
