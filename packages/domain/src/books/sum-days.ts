import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { isLockTimeout } from '#db/is-lock-timeout.js';
import { withTenant } from '#db/with-tenant.js';
import { type Book, books } from './book.js';
import { listDaysToSum, type DayToSum } from './list-days-to-sum.js';
import { listPeriodsToSum } from './list-periods-to-sum.js';
import { lockBook } from './lock-book.js';
import { sumPeriod } from './sum-period.js';
import { type DaysToSum, writeDaySums } from './write-day-sums.js';

/** Writers of the book wait meanwhile, and for what has been begun by then. */
const lockHeldMs = 250;
/** Days are summed as many at once as keeps a statement near this. */
const statementMs = 60;
const mostAtOnce = 64;

/**
 * Brings the sums of a tenant's days up to date, newest day first: in UTC and in its reporting time zone, of all three
 * books, up to the last full hour or, of what is imported, all that is there. It stops after `budgetMs`, and the next call
 * goes on; a second at the same time does no harm. Days that are not summed are read from their hours, so this changes how
 * fast figures are read and never what they are. Periods follow, as far as their days are settled.
 * @returns how many days and periods were summed
 */
export async function sumDays(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { budgetMs }: { budgetMs: number },
): Promise<number> {
  const endsAt = performance.now() + budgetMs;
  let summed = 0;
  const waiting = await listDaysToSum(deps, tenantId);
  for (const { book, zone, days } of groupDays(waiting)) {
    while (days.length > 0 && performance.now() < endsAt) {
      const done = await sumSome(deps.db, tenantId, { book, zone, days });
      if (done === 0) break;
      days.splice(0, done);
      summed += done;
    }
  }
  while (performance.now() < endsAt) {
    const done = await sumPeriods(deps, tenantId, endsAt);
    if (done === 0) break;
    summed += done;
  }
  return summed;
}

/** Those that wait now; longer ones may wait for them. */
async function sumPeriods(deps: { db: Database; clock: Clock }, tenantId: string, endsAt: number): Promise<number> {
  let summed = 0;
  for (const period of await listPeriodsToSum(deps, tenantId)) {
    if (performance.now() >= endsAt) break;
    if (await sumPeriod(deps.db, tenantId, period)) summed += 1;
  }
  return summed;
}

function groupDays(waiting: readonly DayToSum[]): { book: Book; zone: string; days: DayToSum[] }[] {
  const zones = [...new Set(waiting.map(({ zone }) => zone))];
  return books.flatMap((book) =>
    zones.map((zone) => ({ book, zone, days: waiting.filter((day) => day.book === book && day.zone === zone) })),
  );
}

/** One transaction under the book's lock. @returns how many of the first days it summed */
async function sumSome(db: Database, tenantId: string, { book, zone, days }: DaysToSum): Promise<number> {
  try {
    return await withTenant(db, tenantId, async (tx) => {
      await lockBook(tx, book);
      const until = performance.now() + lockHeldMs;
      let done = 0;
      for (let atOnce = 1; done < days.length && performance.now() < until;) {
        const some = days.slice(done, done + atOnce);
        const startedAt = performance.now();
        await writeDaySums(tx, tenantId, { book, zone, days: some });
        done += some.length;
        if (performance.now() - startedAt < statementMs / 2) atOnce = Math.min(atOnce * 2, mostAtOnce);
      }
      return done;
    });
  } catch (error) {
    if (isLockTimeout(error)) return 0;
    throw error;
  }
}
