import { parseUsd } from '#core/money.js';
import { Prisma } from '#db/rows.js';
import { type BookDeps, withBookSnapshot } from './book-snapshot.js';
import { withBookFigures } from './book-figures.js';
import { spanOf } from './span-of.js';
import type { BookGroup, BookQuery, BookSums, DaySpan } from './book.js';

interface BookGrain {
  spans: readonly DaySpan[];
  areDaysTold: boolean;
  /** What `figure`, as `f`, is joined with. */
  from: Prisma.Sql;
  groups: Prisma.Sql;
  columns: Prisma.Sql;
  order: Prisma.Sql;
  /** Whether tokens are summed as well, which costs as much as all else. */
  hasTokens: boolean;
}

const perDay = (range: DaySpan): BookGrain => ({
  spans: [range],
  areDaysTold: true,
  from: Prisma.empty,
  groups: Prisma.sql`f.day, f."group"`,
  columns: Prisma.sql`to_char(s.day, 'YYYY-MM-DD') AS day,`,
  order: Prisma.sql`s.day, s.cost DESC, s."group"`,
  hasTokens: true,
});
const perRange = (range: DaySpan): BookGrain => ({
  spans: [range],
  areDaysTold: false,
  from: Prisma.empty,
  groups: Prisma.sql`f."group"`,
  columns: Prisma.empty,
  order: Prisma.sql`s.cost DESC, s.requests DESC, s."group"`,
  hasTokens: true,
});
const perDearest = (range: DaySpan): BookGrain => ({
  ...perRange(range),
  columns: Prisma.sql`(count(*) OVER ())::int AS "groupCount",`,
});
const perSpan = (spans: readonly DaySpan[], { and }: Pick<BookQuery, 'and'>): BookGrain => ({
  spans,
  areDaysTold: false,
  from: spanOf(spans),
  groups: and ? Prisma.sql`span_of.from_day, f."group", f.also` : Prisma.sql`span_of.from_day, f."group"`,
  columns: and
    ? Prisma.sql`to_char(s.from_day, 'YYYY-MM-DD') AS day, s.also,`
    : Prisma.sql`to_char(s.from_day, 'YYYY-MM-DD') AS day, NULL AS also,`,
  order: Prisma.sql`s.from_day, s.cost DESC, s."group"`,
  hasTokens: true,
});
export const bookGrains = { day: perDay, range: perRange, dearest: perDearest, span: perSpan };

/** A book's sums per group and grain, in its order; where there is nothing, there is no row. */
export async function readBookSums<Row extends Pick<BookSums, 'cost'>>(
  deps: BookDeps,
  tenantId: string,
  { spans, areDaysTold, from, columns, groups, order, hasTokens }: BookGrain,
  query: Omit<BookQuery, 'fromDay' | 'toDay'>,
): Promise<Row[]> {
  const { by } = query;
  const rows = await withBookSnapshot(deps, tenantId, async ({ snapshot }) => {
    const figures = await withBookFigures(snapshot, query, { spans, areDaysTold });
    return snapshot.reader.$queryRaw<(Omit<Row, 'cost'> & { cost: string })[]>`
      ${figures},
      sums AS (
        SELECT ${groups}, sum(f.cost_usd) AS cost, ${query.book === 'billed' ? Prisma.sql`0` : Prisma.sql`sum(f.records)`} AS records,
          sum(f.requests) AS requests, sum(f.unpriced_requests) AS unpriced,
          sum(f.estimated_requests) AS estimated${hasTokens ? tokenSums : Prisma.empty}
        FROM figure f ${from} ${ofGroups(query)} GROUP BY ${groups} ${by === 'end-user' ? restIfAny : Prisma.empty}
      )${namesOf(by, tenantId)}
      SELECT ${columns} s."group", ${isNamed(by) ? Prisma.sql`n.name` : Prisma.sql`s."group"`} AS "groupName", s.cost::text AS cost,
        s.records::float8 AS records, s.requests::float8 AS requests, s.unpriced::float8 AS "unpricedRequests",
        s.estimated::float8 AS "estimatedRequests"${hasTokens ? tokenColumns : Prisma.empty}
      FROM sums s ${isNamed(by) ? Prisma.sql`LEFT JOIN name n USING ("group")` : Prisma.empty}
      ORDER BY ${order} LIMIT ${query.limit ?? null}`;
  });
  return rows.map((row) => ({ ...row, cost: parseUsd(row.cost) }) as unknown as Row);
}

const tokenSums = Prisma.sql`, sum(f.input_tokens) AS input, sum(f.input_cached_tokens) AS cached,
  sum(f.output_tokens) AS output`;
const tokenColumns = Prisma.sql`, s.input::float8 AS "inputTokens", s.cached::float8 AS "inputCachedTokens",
  s.output::float8 AS "outputTokens"`;

function ofGroups({ groups }: Pick<BookQuery, 'groups'>): Prisma.Sql {
  if (groups === undefined) return Prisma.empty;
  return Prisma.sql`WHERE COALESCE(f."group", '') = ANY(${groups.map((group) => group ?? '')}::text[])`;
}

/** What belongs to no end user is what is left: nothing, where each has one. */
const restIfAny = Prisma.sql`HAVING f."group" IS NOT NULL OR sum(f.requests) <> 0`;

type NamedGroup = 'project' | 'organization' | 'key';

/** Groups that have a name beside their id. */
const nameOfGroup: Record<NamedGroup, { name: Prisma.Sql; join: (tenantId: string) => Prisma.Sql }> = {
  project: {
    name: Prisma.sql`COALESCE(p.name, g."group")`,
    join: (tenantId) => Prisma.sql`LEFT JOIN openai_project p ON p.tenant_id = ${tenantId}::uuid AND p.id = g."group"`,
  },
  organization: {
    name: Prisma.sql`COALESCE(o.name, g."group")`,
    join: (tenantId) =>
      Prisma.sql`LEFT JOIN organization o ON o.tenant_id = ${tenantId}::uuid AND o.id::text = g."group"`,
  },
  // A stored key has the label that was given to it here, also where OpenAI reports it under its own name.
  key: {
    name: Prisma.sql`COALESCE(k.label, a.name, g."group")`,
    join: (tenantId) => Prisma.sql`
      LEFT JOIN openai_api_key a ON a.tenant_id = ${tenantId}::uuid AND a.id = g."group"
      LEFT JOIN provider_key k ON k.tenant_id = ${tenantId}::uuid
        AND k.id::text = COALESCE(a.provider_key_id::text, g."group")`,
  },
};

function isNamed(by: BookGroup): by is NamedGroup {
  return by in nameOfGroup;
}

/** A further part of the `WITH`: the names are looked up once for each group, not for each of its days. */
function namesOf(by: BookGroup, tenantId: string): Prisma.Sql {
  if (!isNamed(by)) return Prisma.empty;
  const { name, join } = nameOfGroup[by];
  return Prisma.sql`,
      name AS MATERIALIZED (
        SELECT g."group", ${name} AS name FROM (SELECT DISTINCT "group" FROM sums) AS g ${join(tenantId)}
      )`;
}
