import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { type BookDimension, dimensionColumn, endUserLevel, levelsOf, periodLevelsOf } from './book-levels.js';
import type { PeriodToSum } from './list-periods-to-sum.js';
import { cutIntoPeriods, partsOf } from './period-parts.js';
import { samePeriod } from './same-period.js';
import { sumColumns, summedColumns } from './sum-columns.js';

/**
 * Sums a period at every level from the sums of its parts, in place of what was summed of it before, of fewer days or as many.
 * Rows of a level, and in it of a model, lie side by side, as they are read.
 */
export async function writePeriodSums(tx: Tx, tenantId: string, given: PeriodToSum): Promise<void> {
  const { book, period } = given;
  const levels = [...periodLevelsOf(book, period), { name: endUserLevel, dimensions: ['end-user'] as const }];
  await tx.$executeRaw`
    DELETE FROM period_sum WHERE ${samePeriod(tenantId, given)} AND level = ANY(${levels.map(({ name }) => name)})`;
  const isOfDays = partsOf[period] === 'day';
  const ofDays = new Set([...levelsOf(book).map(({ name }) => name), endUserLevel]);
  const parts = levels.map(({ name, dimensions }) =>
    sumLevel(tenantId, given, { from: isOfDays && !ofDays.has(name) ? 'all' : name, to: name, dimensions }),
  );
  await tx.$executeRaw`
    INSERT INTO period_sum (tenant_id, zone, book, period, level, day, organization_id, project_id, key_id, model,
      service_tier, kind, end_user, ${sumColumns})
    ${Prisma.join(parts, ' UNION ALL ')}
    ORDER BY 5, 10`;
}

interface LevelToSum {
  /** Of the parts. */
  from: string;
  to: string;
  dimensions: readonly BookDimension[];
}

const columns = ['project', 'key', 'model', 'tier', 'kind', 'end-user'] as const;

function sumLevel(tenantId: string, given: PeriodToSum, { from, to, dimensions }: LevelToSum): Prisma.Sql {
  const { book, zone, period, fromDay } = given;
  const part = partsOf[period];
  const parts = part === 'day' ? Prisma.sql`day_sum WHERE TRUE` : Prisma.sql`period_sum WHERE period = ${part}`;
  const told = columns.map((one) => (dimensions.includes(one) ? dimensionColumn[one] : "''")).join(', ');
  const groups = ['organization_id', ...dimensions.map((one) => dimensionColumn[one])].join(', ');
  return Prisma.sql`
    SELECT ${tenantId}::uuid, ${zone}, ${book}, ${period}, ${to}, ${fromDay}::date, organization_id, ${Prisma.raw(told)},
      ${summedColumns}
    FROM ${parts} AND tenant_id = ${tenantId}::uuid AND zone = ${zone} AND book = ${book} AND level = ${from}
      AND day = ANY(${cutIntoPeriods(given, part).map((one) => one.fromDay)}::date[])
    GROUP BY ${Prisma.raw(groups)}`;
}
