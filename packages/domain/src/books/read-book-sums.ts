import { parseUsdSum } from '#core/money.js';
import { Prisma } from '#db/rows.js';
import { type BookDeps, withBookSnapshot } from './book-snapshot.js';
import { withBookFigures } from './book-figures.js';
import { hasNames, type NamedGroup, selectNames } from './group-names.js';
import { readerFor } from './reader-for.js';
import { spanOf } from './span-of.js';
import type { Book, BookQuestion, BookSums, DaySpan } from './book.js';

/** Columns that count, and the names that they have in `BookSums`. */
const countNames = {
  records: 'records',
  requests: 'requests',
  unpriced_requests: 'unpricedRequests',
  estimated_requests: 'estimatedRequests',
  input_tokens: 'inputTokens',
  input_cached_tokens: 'inputCachedTokens',
  output_tokens: 'outputTokens',
} as const;
type Count = keyof typeof countNames;
const allCounts = Object.keys(countNames) as Count[];
/** Without tokens and records, which cost as much as all else. */
const countsOfCost: Count[] = ['requests', 'unpriced_requests', 'estimated_requests'];
const whole = { counts: allCounts, isNamed: true };

interface BookGrain {
  spans: readonly DaySpan[];
  areDaysTold: boolean;
  /** What `figure`, as `f`, is joined with. */
  from: Prisma.Sql;
  groups: Prisma.Sql;
  columns: Prisma.Sql;
  order: Prisma.Sql;
  /** What is summed beside the cost. */
  counts: readonly Count[];
  /** Whether groups have their names beside their ids. */
  isNamed: boolean;
}

const perDay = (range: DaySpan): BookGrain => ({
  spans: [range],
  areDaysTold: true,
  from: Prisma.empty,
  groups: Prisma.sql`f.day, f."group"`,
  columns: Prisma.sql`s.day::text AS day,`,
  order: Prisma.sql`ORDER BY s.day, s.cost DESC, s."group"`,
  ...whole,
});
const perRange = (range: DaySpan): BookGrain => ({
  spans: [range],
  areDaysTold: false,
  from: Prisma.empty,
  groups: Prisma.sql`f."group"`,
  columns: Prisma.empty,
  order: Prisma.sql`ORDER BY s.cost DESC, s.requests DESC, s."group"`,
  ...whole,
});
const perDearest = (range: DaySpan): BookGrain => ({
  ...perRange(range),
  columns: Prisma.sql`(count(*) OVER ())::int AS "groupCount",`,
});
/** Only which they are. */
const perRank = (range: DaySpan): BookGrain => ({ ...perDearest(range), counts: ['requests'], isNamed: false });
const perSpan = (spans: readonly DaySpan[], { and }: Pick<BookQuestion, 'and'>): BookGrain => ({
  spans,
  areDaysTold: false,
  from: spanOf(spans),
  groups: and ? Prisma.sql`span_of.from_day, f."group", f.also` : Prisma.sql`span_of.from_day, f."group"`,
  columns: and ? Prisma.sql`s.from_day::text AS day, s.also,` : Prisma.sql`s.from_day::text AS day, NULL AS also,`,
  order: Prisma.sql`ORDER BY s.from_day, s.cost DESC, s."group"`,
  ...whole,
});
/** For whoever puts costs together again: without tokens and names, and in no order. */
const costPerSpan = (...question: Parameters<typeof perSpan>): BookGrain => ({
  ...perSpan(...question),
  order: Prisma.empty,
  counts: countsOfCost,
  isNamed: false,
});
export const bookGrains = {
  day: perDay,
  range: perRange,
  dearest: perDearest,
  rank: perRank,
  span: perSpan,
  costOfSpan: costPerSpan,
};

/** A book's sums per group and grain, in its order; where there is nothing, there is no row. */
export async function readBookSums<Row extends Pick<BookSums, 'cost' | 'group'>>(
  deps: BookDeps,
  tenantId: string,
  grain: BookGrain,
  query: BookQuestion,
): Promise<Row[]> {
  const { from, columns, groups, order, counts } = grain;
  const { book, by } = query;
  const isBill = book === 'billed';
  const uncounted = isBill ? zerosOf(counts) : {};
  const named = grain.isNamed && query.isNamed !== false && hasNames(by) ? by : null;
  const names = namesOf(named, tenantId);
  const rows = await withBookSnapshot(deps, tenantId, async ({ snapshot }) => {
    const figures = await withBookFigures(snapshot, query, grain);
    return readerFor(snapshot, query).$queryRaw<(Omit<Row, 'cost'> & { cost: string })[]>`
      ${figures},
      sums AS (
        SELECT ${groups}, sum(f.cost_usd) AS cost, ${sumCounts(book, counts)}
        FROM figure f ${from} ${ofGroups(query)} GROUP BY ${groups} ${by === 'end-user' ? restIfAny : Prisma.empty}
      )${names.part}
      SELECT ${columns} s."group", ${names.column} s.cost::text AS cost${isBill ? Prisma.empty : countColumns(counts)}
      FROM sums s ${names.join}
      ${order} LIMIT ${query.limit ?? null}`;
  });
  // What has no name of its own is called as it is, which need not be sent twice.
  const isCalledAsIs = grain.isNamed && named === null;
  return rows.map((row) => {
    if (isCalledAsIs) Object.assign(row, { groupName: row.group });
    return Object.assign(row, uncounted, { cost: parseUsdSum(row.cost) }) as unknown as Row;
  });
}

/**
 * Added up as what they end as: numbers, which are exact up to 2^53. Postgres' own sums of whole numbers have no bound, and
 * cost a row more than it takes to read it. A bill counts nothing.
 */
function sumCounts(book: Book, counts: readonly Count[]): Prisma.Sql {
  const sum = (count: Count) => (book === 'billed' ? '0::float8' : `sum(f.${count}::float8)`);
  return Prisma.raw(counts.map((count) => `${sum(count)} AS ${count}`).join(', '));
}

function countColumns(counts: readonly Count[]): Prisma.Sql {
  return Prisma.raw(counts.map((count) => `, s.${count} AS "${countNames[count]}"`).join(''));
}

/** A bill counts nothing, which need not be sent with each row. */
function zerosOf(counts: readonly Count[]): Partial<Record<(typeof countNames)[Count], 0>> {
  return Object.fromEntries(counts.map((count) => [countNames[count], 0]));
}

function ofGroups({ groups }: Pick<BookQuestion, 'groups'>): Prisma.Sql {
  if (groups === undefined) return Prisma.empty;
  return Prisma.sql`WHERE COALESCE(f."group", '') = ANY(${groups.map((group) => group ?? '')}::text[])`;
}

/** What belongs to no end user is what is left: nothing, where each has one. */
const restIfAny = Prisma.sql`HAVING f."group" IS NOT NULL OR sum(f.requests::float8) <> 0`;

interface NamesOfGroups {
  /** A further part of the `WITH`: names are looked up once for each group, not for each of its days. */
  part: Prisma.Sql;
  column: Prisma.Sql;
  join: Prisma.Sql;
}

function namesOf(by: NamedGroup | null, tenantId: string): NamesOfGroups {
  if (by === null) return { part: Prisma.empty, column: Prisma.empty, join: Prisma.empty };
  const groups = Prisma.sql`(SELECT DISTINCT "group" FROM sums)`;
  return {
    part: Prisma.sql`, name AS MATERIALIZED (${selectNames(by, groups, tenantId)})`,
    column: Prisma.sql`n.name AS "groupName",`,
    join: Prisma.sql`LEFT JOIN name n USING ("group")`,
  };
}
