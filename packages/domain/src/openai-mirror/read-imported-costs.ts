import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
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
  return withTenant(deps.db, tenantId, async (tx) => {
    const [read] = await tx.$queryRaw<{ days: number; fresh: number; oldest: Date | null }[]>`
      SELECT count(*)::int AS days, min(read_at) FILTER (WHERE ${provisionalDaysSql}) AS oldest,
        count(*) FILTER (WHERE NOT ${provisionalDaysSql} OR read_at > ${freshSince}::timestamptz)::int AS fresh
      FROM billed_day WHERE ${within}`;
    const value = await tx.$queryRaw<StoredCost[]>(sumsOf(selection, within));
    const dayCount = (range.end - range.start) / secondsPerDay;
    const isTold = selection.groupBy.every((name) => name in held);
    return {
      value,
      isWhole: isTold && read?.days === dayCount,
      isFresh: isTold && read?.fresh === dayCount,
      ageMs: read?.oldest ? Math.max(0, now.getTime() - read.oldest.getTime()) : 0,
    };
  });
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
  // Postgres takes no NUL, and has none to find.
  return Prisma.sql`${Prisma.raw(column)} = ANY(${values.map((value) => value.replaceAll('\0', ''))})`;
}
