import type { Database, Tx } from '#db/database.js';
import { isLockTimeout } from '#db/is-lock-timeout.js';
import { withTenant } from '#db/with-tenant.js';
import type { HalfMonthToSum } from './list-half-months-to-sum.js';
import { lockBook } from './lock-book.js';
import { writeHalfMonthSums } from './write-half-month-sums.js';

/**
 * Sums a half of a month from the sums of its days. That may take a second, in which writers are not held up: the lock of
 * the book comes last, and all is undone if by then one of the days has been forgotten, if only to be summed anew, or
 * somebody else has summed the half.
 * @returns whether the half is summed now
 */
export async function sumHalfMonth(db: Database, tenantId: string, half: HalfMonthToSum): Promise<boolean> {
  try {
    await withTenant(db, tenantId, async (tx) => {
      const before = await namesOfDays(tx, tenantId, half);
      await writeHalfMonthSums(tx, tenantId, half);
      const named = await tx.$executeRaw`
        INSERT INTO summed_half_month (tenant_id, zone, book, day, last_day)
        VALUES (${tenantId}::uuid, ${half.zone}, ${half.book}, ${half.day}::date, ${half.lastDay}::date)
        ON CONFLICT DO NOTHING`;
      await lockBook(tx, half.book);
      const after = await namesOfDays(tx, tenantId, half);
      if (named === 0 || before === undefined || before !== after) throw new OvertakenError();
    });
    return true;
  } catch (error) {
    if (error instanceof OvertakenError || isLockTimeout(error)) return false;
    throw error;
  }
}

class OvertakenError extends Error {}

/** Which rows name the days as summed, `xmin` being the transaction that wrote a row; undefined unless all of them are. */
async function namesOfDays(
  tx: Tx,
  tenantId: string,
  { book, zone, day, lastDay }: HalfMonthToSum,
): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ names: string }[]>`
    SELECT string_agg(day || ' ' || xmin, ',' ORDER BY day) AS names FROM summed_day
    WHERE tenant_id = ${tenantId}::uuid AND book = ${book} AND zone = ${zone} AND day BETWEEN ${day}::date AND ${lastDay}::date
      AND summed_to = (day + 1)::timestamp AT TIME ZONE zone
    HAVING count(*) = ${lastDay}::date - ${day}::date + 1`;
  return row?.names;
}
