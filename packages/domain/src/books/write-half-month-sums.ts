import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { type BookDimension, dimensionColumn, endUserLevel, halfMonthLevelsOf, levelsOf } from './book-levels.js';
import type { HalfMonthToSum } from './list-half-months-to-sum.js';

/** Sums a half of a month at every level from the sums of its days, in place of what was summed of it before. */
export async function writeHalfMonthSums(tx: Tx, tenantId: string, half: HalfMonthToSum): Promise<void> {
  const { book, zone, day } = half;
  await tx.$executeRaw`
    DELETE FROM half_month_sum WHERE tenant_id = ${tenantId}::uuid AND zone = ${zone} AND book = ${book}
      AND level = ANY(${[...halfMonthLevelsOf(book).map(({ name }) => name), endUserLevel]}) AND day = ${day}::date`;
  const ofDays = new Set(levelsOf(book).map(({ name }) => name));
  const parts = halfMonthLevelsOf(book).map(({ name, dimensions }) =>
    sumLevel(tenantId, half, { from: ofDays.has(name) ? name : 'all', to: name, dimensions }),
  );
  await tx.$executeRaw`
    INSERT INTO half_month_sum (tenant_id, zone, book, level, day, organization_id, project_id, key_id, model, service_tier,
      kind, end_user, records, requests, input_tokens, input_cached_tokens, output_tokens, cost_usd, unpriced_requests,
      estimated_requests)
    ${Prisma.join([...parts, sumLevel(tenantId, half, { from: endUserLevel, to: endUserLevel, dimensions: ['end-user'] })], ' UNION ALL ')}`;
}

interface LevelToSum {
  /** Of the days. */
  from: string;
  to: string;
  dimensions: readonly BookDimension[];
}

const columns = ['project', 'key', 'model', 'tier', 'kind', 'end-user'] as const;

function sumLevel(
  tenantId: string,
  { book, zone, day, lastDay }: HalfMonthToSum,
  { from, to, dimensions }: LevelToSum,
): Prisma.Sql {
  const told = columns.map((one) => (dimensions.includes(one) ? dimensionColumn[one] : "''")).join(', ');
  const groups = ['organization_id', ...dimensions.map((one) => dimensionColumn[one])].join(', ');
  return Prisma.sql`
    SELECT ${tenantId}::uuid, ${zone}, ${book}, ${to}, ${day}::date, organization_id, ${Prisma.raw(told)}, sum(records),
      sum(requests), sum(input_tokens), sum(input_cached_tokens), sum(output_tokens), sum(cost_usd), sum(unpriced_requests),
      sum(estimated_requests)
    FROM day_sum WHERE tenant_id = ${tenantId}::uuid AND zone = ${zone} AND book = ${book} AND level = ${from}
      AND day BETWEEN ${day}::date AND ${lastDay}::date
    GROUP BY ${Prisma.raw(groups)}`;
}
