import type { Database, Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { isLockTimeout } from '#db/is-lock-timeout.js';
import { withTenant } from '#db/with-tenant.js';
import type { PeriodToSum } from './list-periods-to-sum.js';
import { lockBook } from './lock-book.js';
import { cutIntoPeriods, partsOf } from './period-parts.js';
import { samePeriod } from './same-period.js';
import { writePeriodSums } from './write-period-sums.js';

/**
 * Sums a period from the sums of its parts. That may take a second, in which writers are not held up: the lock of the book
 * comes last, and all is undone if by then one of the parts has been forgotten, if only to be summed anew, or somebody else
 * has summed the period.
 * @returns whether the period is summed now
 */
export async function sumPeriod(db: Database, tenantId: string, given: PeriodToSum): Promise<boolean> {
  const { book, zone, period, fromDay, toDay } = given;
  try {
    await withTenant(db, tenantId, async (tx) => {
      const before = await namesOf(tx, tenantId, given);
      await writePeriodSums(tx, tenantId, given);
      await lockBook(tx, book);
      const after = await namesOf(tx, tenantId, given);
      if (before === undefined || before !== after) throw new OvertakenError();
      await tx.$executeRaw`DELETE FROM summed_period WHERE ${samePeriod(tenantId, given)}`;
      await tx.$executeRaw`
        INSERT INTO summed_period (tenant_id, zone, book, period, day, last_day)
        VALUES (${tenantId}::uuid, ${zone}, ${book}, ${period}, ${fromDay}::date, ${toDay}::date)`;
    });
    return true;
  } catch (error) {
    if (error instanceof OvertakenError || isLockTimeout(error)) return false;
    throw error;
  }
}

class OvertakenError extends Error {}

/**
 * Which rows name the parts as summed, and what there is of the period itself, `xmin` being the transaction that wrote a row;
 * undefined unless the parts are those that are wanted.
 */
async function namesOf(tx: Tx, tenantId: string, given: PeriodToSum): Promise<string | undefined> {
  const { book, zone, period } = given;
  const part = partsOf[period];
  const parts = cutIntoPeriods(given, part);
  const summedParts =
    part === 'day'
      ? Prisma.sql`SELECT day, day AS last_day, xmin::text AS name FROM summed_day
          WHERE summed_to = (day + 1)::timestamp AT TIME ZONE zone`
      : Prisma.sql`SELECT day, last_day, xmin::text AS name FROM summed_period WHERE period = ${part}`;
  const [row] = await tx.$queryRaw<{ own: string; parts: string }[]>`
    SELECT (
      SELECT COALESCE(string_agg(day || ' ' || xmin, ',' ORDER BY day), '') FROM summed_period
      WHERE ${samePeriod(tenantId, given)}
    ) AS own, string_agg(s.name, ',' ORDER BY s.day) AS parts
    FROM unnest(${parts.map(({ fromDay }) => fromDay)}::date[], ${parts.map(({ toDay }) => toDay)}::date[]) AS wanted(day, last_day)
      JOIN (${summedParts} AND tenant_id = ${tenantId}::uuid AND book = ${book} AND zone = ${zone}) AS s USING (day, last_day)
    HAVING count(*) = ${parts.length}`;
  return row && `${row.own} ${row.parts}`;
}
