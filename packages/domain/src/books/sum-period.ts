import type { Database, Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { isLockTimeout } from '#db/is-lock-timeout.js';
import { withTenant } from '#db/with-tenant.js';
import type { PeriodToSum } from './list-periods-to-sum.js';
import { lockBook } from './lock-book.js';
import { firstDaysOfParts, partsOf } from './period-parts.js';
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
      const before = await namesOfParts(tx, tenantId, given);
      await writePeriodSums(tx, tenantId, given);
      const named = await tx.$executeRaw`
        INSERT INTO summed_period (tenant_id, zone, book, period, day, last_day)
        VALUES (${tenantId}::uuid, ${zone}, ${book}, ${period}, ${fromDay}::date, ${toDay}::date)
        ON CONFLICT DO NOTHING`;
      await lockBook(tx, book);
      const after = await namesOfParts(tx, tenantId, given);
      if (named === 0 || before === undefined || before !== after) throw new OvertakenError();
    });
    return true;
  } catch (error) {
    if (error instanceof OvertakenError || isLockTimeout(error)) return false;
    throw error;
  }
}

class OvertakenError extends Error {}

/** Which rows name the parts as summed, `xmin` being the transaction that wrote a row; undefined unless all of them are. */
async function namesOfParts(tx: Tx, tenantId: string, given: PeriodToSum): Promise<string | undefined> {
  const part = partsOf[given.period];
  const days = firstDaysOfParts(given);
  const named =
    part === 'day'
      ? Prisma.sql`summed_day WHERE summed_to = (day + 1)::timestamp AT TIME ZONE zone`
      : Prisma.sql`summed_period WHERE period = ${part}`;
  const [row] = await tx.$queryRaw<{ names: string }[]>`
    SELECT string_agg(day || ' ' || xmin, ',' ORDER BY day) AS names FROM ${named}
      AND tenant_id = ${tenantId}::uuid AND book = ${given.book} AND zone = ${given.zone} AND day = ANY(${days}::date[])
    HAVING count(*) = ${days.length}`;
  return row?.names;
}
