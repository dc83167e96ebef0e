import { Prisma } from '#db/rows.js';
import { withBookFigures } from './book-figures.js';
import { readerFor } from './reader-for.js';
import { spanOf } from './span-of.js';
import { type BookDeps, withBookSnapshot } from './book-snapshot.js';
import type { SpansQuery } from './book.js';

export interface ModelCount {
  /** The first day of the span. */
  day: string;
  group: string | null;
  /** How many are named. */
  models: number;
}

/** How many models each group of a book used, span by span, without summing what they used. */
export async function countBookModels(
  deps: BookDeps,
  tenantId: string,
  { spans, ...query }: Omit<SpansQuery, 'and' | 'limit'>,
): Promise<ModelCount[]> {
  if (spans.length === 0) return [];
  const wanted = query.groups && query.groups.map((group) => group ?? '');
  return withBookSnapshot(deps, tenantId, async ({ snapshot }) => {
    const figures = await withBookFigures(
      snapshot,
      { ...query, and: 'model' },
      { spans, areDaysTold: false, hasSums: false },
    );
    return readerFor(snapshot, query).$queryRaw<ModelCount[]>`
      ${figures},
      used AS (
        SELECT DISTINCT span_of.from_day AS day, f."group", f.also
        FROM figure f ${spanOf(spans)}
        WHERE f.also IS NOT NULL ${wanted ? Prisma.sql`AND COALESCE(f."group", '') = ANY(${wanted}::text[])` : Prisma.empty}
      )
      SELECT to_char(day, 'YYYY-MM-DD') AS day, "group", count(*)::int AS models FROM used GROUP BY 1, 2 ORDER BY 1, 2`;
  });
}
