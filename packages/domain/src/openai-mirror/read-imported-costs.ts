import type { Clock } from '#core/clock.js';
import { formatUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import type { BookGroup, BookQuery } from '../books/book.js';
import { sumBookByDay } from '../books/sum-book-by-day.js';
import { provisionalDaysSql } from '../organizations/billed-day.js';
import { freshForMs } from './answer-cache.js';
import { type CostSelection, type DayBucket, secondsPerDay, type StoredCost } from './cost-question.js';
import type { Imported } from './mirrored.js';

const held = {
  project_id: Prisma.sql`NULLIF(project_id, '')`,
  line_item: Prisma.sql`line_item`,
  api_key_id: Prisma.sql`NULLIF(api_key_id, '')`,
};
type Held = keyof typeof held;

/**
 * What was imported of one organization's costs in the whole UTC days of a range. It tells projects, lines and keys apart,
 * and nothing else: then, and where the range begins or was read within a day, it is not whole.
 */
export async function readImportedCosts(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  asked: { organizationId: string; range: DayBucket; selection: CostSelection },
): Promise<Imported<StoredCost[]>> {
  const { range, selection, organizationId } = asked;
  const now = deps.clock.now();
  const days = { start: Math.ceil(range.start / secondsPerDay), end: range.end / secondsPerDay };
  const within = Prisma.sql`tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid
    AND billed_on >= date '1970-01-01' + ${days.start}::int AND billed_on < date '1970-01-01' + ${days.end}::int`;
  const freshSince = new Date(now.getTime() - freshForMs);
  const query = toBookQuery(selection, { organizationId, days });
  const [[read], value] = await Promise.all([
    withTenantSnapshot(
      deps.db,
      tenantId,
      (reader) => reader.$queryRaw<{ days: number; fresh: number; oldest: Date | null }[]>`
        SELECT count(*)::int AS days, min(read_at) FILTER (WHERE ${provisionalDaysSql}) AS oldest,
          count(*) FILTER (WHERE NOT ${provisionalDaysSql} OR read_at > ${freshSince}::timestamptz)::int AS fresh
        FROM billed_day WHERE ${within}`,
    ),
    query
      ? sumDays(deps, tenantId, query)
      : withTenantSnapshot(deps.db, tenantId, (reader) => reader.$queryRaw<StoredCost[]>(sumsOf(selection, within))),
  ]);
  const dayCount = (range.end - range.start) / secondsPerDay;
  const isTold = selection.groupBy.every((name) => name in held);
  return {
    value,
    isWhole: isTold && read?.days === dayCount,
    isFresh: isTold && read?.fresh === dayCount,
    ageMs: read?.oldest ? Math.max(0, now.getTime() - read.oldest.getTime()) : 0,
  };
}

const bookGroupOf: Partial<Record<string, BookGroup>> = { project_id: 'project', api_key_id: 'key' };

/** The question as the sums of days answer it, which are few; null where only the lines of the bill can. */
function toBookQuery(
  { groupBy, projectIds, apiKeyIds, lineItems }: CostSelection,
  { organizationId, days }: { organizationId: string; days: DayBucket },
): BookQuery | null {
  const [group, ...others] = groupBy;
  const by = group === undefined ? 'none' : bookGroupOf[group];
  const isNarrow = [projectIds, apiKeyIds, lineItems].every((wanted) => wanted.length <= 1);
  if (by === undefined || others.length > 0 || !isNarrow) return null;
  const only = { organizationId, projectId: projectIds[0], keyId: apiKeyIds[0], kind: lineItems[0] };
  return { book: 'billed', calendar: 'utc', by, only, fromDay: dayOf(days.start), toDay: dayOf(days.end - 1) };
}

async function sumDays(deps: { db: Database }, tenantId: string, query: BookQuery): Promise<StoredCost[]> {
  const sums = await sumBookByDay(deps, tenantId, query);
  return sums.map(({ day, group, cost }) => ({
    at: Date.parse(day) / 1000,
    project_id: query.by === 'project' ? group : null,
    api_key_id: query.by === 'key' ? group : null,
    line_item: null,
    user_id: null,
    api_source: null,
    costUsd: formatUsd(cost),
    quantity: null,
    quantityUnit: null,
  }));
}

/** @param day counted from the beginning of Unix time */
function dayOf(day: number): string {
  return utcDay(new Date(day * secondsPerDay * 1000));
}

function sumsOf({ groupBy, projectIds, apiKeyIds, lineItems }: CostSelection, within: Prisma.Sql): Prisma.Sql {
  const column = (name: Held) => (groupBy.includes(name) ? held[name] : Prisma.sql`NULL::text`);
  const quantity = groupBy.includes('line_item')
    ? Prisma.sql`sum(quantity)::text AS quantity, NULLIF(quantity_unit, '') AS "quantityUnit"`
    : Prisma.sql`NULL::text AS quantity, NULL::text AS "quantityUnit"`;
  return Prisma.sql`
    SELECT extract(epoch FROM billed_on)::float8 AS at, ${column('project_id')} AS project_id,
      ${column('line_item')} AS line_item, ${column('api_key_id')} AS api_key_id, ${quantity},
      NULL::text AS user_id, NULL::text AS api_source, sum(amount_usd)::text AS "costUsd"
    FROM cost_line
    WHERE ${within} AND ${among('project_id', projectIds)} AND ${among('api_key_id', apiKeyIds)}
      AND ${among('line_item', lineItems)}
    GROUP BY billed_on, 2, 3, 4, 6`;
}

function among(column: Held, values: readonly string[]): Prisma.Sql {
  if (values.length === 0) return Prisma.sql`TRUE`;
  return Prisma.sql`${Prisma.raw(column)} = ANY(${[...values]})`;
}
