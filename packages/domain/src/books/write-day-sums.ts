import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import type { Book } from './book.js';
import { type BookDimension, dimensionColumn, endUserLevel, hourLevels, levelsOf } from './book-levels.js';
import { hoursOfSpans, type HourSource } from './hours-of-spans.js';
import type { DayToSum } from './list-days-to-sum.js';
import { sumColumns, summedColumns } from './sum-columns.js';

/** Days of one book and zone. */
export interface DaysToSum extends Pick<DayToSum, 'book' | 'zone'> {
  days: readonly Pick<DayToSum, 'day' | 'begins' | 'summedTo'>[];
}

/**
 * Sums days at every level in place of what was summed of them before. The caller holds the book's lock alone. The rows of a
 * level are written side by side, as they are read: strewn among those of finer levels, most would need a page each. So are
 * those of a model, and the dearest end users, which are asked for most.
 */
export async function writeDaySums(tx: Tx, tenantId: string, given: DaysToSum): Promise<void> {
  const { book, zone } = given;
  const hasHours = book === 'reported' && zone === 'UTC';
  const days = given.days.map(({ day }) => day);
  await tx.$executeRaw`
    DELETE FROM day_sum WHERE tenant_id = ${tenantId}::uuid AND zone = ${zone} AND book = ${book}
      AND level = ANY(${[...levelsOf(book).map(({ name }) => name), endUserLevel, ...(hasHours ? hourLevels : [])]}) AND day = ANY(${days}::date[])`;
  await tx.$executeRaw`
    WITH ${figuresOf(tenantId, given, book)},
    finest AS MATERIALIZED (
      SELECT day, organization_id, project_id, key_id, model, service_tier, kind, ${summedColumns} FROM hours
      GROUP BY 1, 2, 3, 4, 5, 6, 7
    )
    INSERT INTO day_sum (tenant_id, zone, book, level, day, organization_id, project_id, key_id, model, service_tier, kind,
      end_user, ${sumColumns})
    SELECT ${tenantId}::uuid, ${zone}, ${book}, ${levelName(book)}, day, organization_id, COALESCE(project_id, ''),
      COALESCE(key_id, ''), COALESCE(model, ''), COALESCE(service_tier, ''), COALESCE(kind, ''), '', ${summedColumns}
    FROM finest GROUP BY GROUPING SETS (${groupingSets(book)})
    ORDER BY 4, day, model`;
  if (book === 'measured') await writeEndUsers(tx, tenantId, given);
  if (hasHours) await writeHours(tx, tenantId, given);
  await tx.$executeRaw`
    INSERT INTO summed_day (tenant_id, zone, book, day, summed_to)
    SELECT ${tenantId}::uuid, ${zone}, ${book}, d.day, d.summed_to
    FROM unnest(${days}::date[], ${given.days.map(({ summedTo }) => summedTo)}::timestamptz[]) AS d(day, summed_to)
    ON CONFLICT (tenant_id, book, day, zone) DO UPDATE SET summed_to = excluded.summed_to`;
}

async function writeEndUsers(tx: Tx, tenantId: string, given: DaysToSum): Promise<void> {
  await tx.$executeRaw`
    WITH ${figuresOf(tenantId, given, 'end-users')}
    INSERT INTO day_sum (tenant_id, zone, book, level, day, organization_id, project_id, key_id, model, service_tier, kind,
      end_user, ${sumColumns})
    SELECT ${tenantId}::uuid, ${given.zone}, ${given.book}, ${endUserLevel}, day, organization_id, '', '', '', '', '',
      end_user, ${summedColumns}
    FROM hours GROUP BY day, organization_id, end_user
    ORDER BY day, sum(cost_usd) DESC`;
}

async function writeHours(tx: Tx, tenantId: string, given: DaysToSum): Promise<void> {
  await tx.$executeRaw`
    WITH ${figuresOf(tenantId, given, 'reported')}
    INSERT INTO day_sum (tenant_id, zone, book, level, day, organization_id, project_id, key_id, model, service_tier, kind,
      end_user, ${sumColumns})
    SELECT ${tenantId}::uuid, ${given.zone}, ${given.book}, 'hour-' || to_char(hour AT TIME ZONE 'UTC', 'HH24'), day,
      organization_id, '', '', model, '', kind, '', ${summedColumns}
    FROM hours GROUP BY day, organization_id, hour, model, kind
    ORDER BY 4, day`;
}

function figuresOf(tenantId: string, { zone, days }: DaysToSum, source: HourSource): Prisma.Sql {
  const span = Prisma.sql`
    span AS MATERIALIZED (
      SELECT * FROM unnest(${days.map(({ day }) => day)}::date[], ${days.map(({ begins }) => begins)}::timestamptz[],
        ${days.map(({ summedTo }) => summedTo)}::timestamptz[]) AS s(day, begins, ends)
    )`;
  return Prisma.sql`${span}, ${hoursOfSpans({ tenantId, source, isCut: zone !== 'UTC' })}`;
}

const told: readonly BookDimension[] = ['project', 'key', 'model', 'tier', 'kind'];
const toldColumns = Prisma.raw(told.map((one) => dimensionColumn[one]).join(', '));

function groupingSets(book: Book): Prisma.Sql {
  const sets = levelsOf(book).map(({ dimensions }) =>
    ['day', 'organization_id', ...dimensions.map((one) => dimensionColumn[one])].join(', '),
  );
  return Prisma.raw(sets.map((set) => `(${set})`).join(', '));
}

/** Which level a row is of, by what Postgres left out of its grouping: one bit each, the last column the lowest. */
function levelName(book: Book): Prisma.Sql {
  const cases = levelsOf(book).map(({ name, dimensions }) => {
    const left = told.reduce((mask, one) => mask * 2 + (dimensions.includes(one) ? 0 : 1), 0);
    return `WHEN ${left} THEN '${name}'`;
  });
  return Prisma.sql`CASE GROUPING(${toldColumns}) ${Prisma.raw(cases.join(' '))} END`;
}
