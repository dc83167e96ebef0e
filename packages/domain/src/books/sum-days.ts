import type { Clock } from '#core/clock.js';
import type { Database, Tx } from '#db/database.js';
import { isLockTimeout } from '#db/is-lock-timeout.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { type Book, books } from './book.js';
import { listDaysToSum, type DayToSum } from './list-days-to-sum.js';
import { writeDaySums } from './write-day-sums.js';

/** Writers of the book wait meanwhile. */
const lockHeldMs = 250;
/** A writer that takes longer is not waited for: the days stay for the next time. */
const lockWaitMs = 1_000;

/**
 * Brings the sums of a tenant's days up to date, newest day first: in UTC and in its reporting time zone, of all three
 * books, up to the last full hour. It stops after `budgetMs`, and the next call goes on; a second at the same time does no
 * harm. Days that are not summed are read from their hours, so this changes how fast figures are read and never what they
 * are.
 * @returns how many days were summed
 */
export async function sumDays(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { budgetMs }: { budgetMs: number },
): Promise<number> {
  const endsAt = performance.now() + budgetMs;
  let summed = 0;
  const waiting = await listDaysToSum(deps, tenantId);
  for (const book of books) {
    const days = waiting.filter((day) => day.book === book);
    while (days.length > 0 && performance.now() < endsAt) {
      const done = await sumSome(deps.db, { tenantId, book, days, endsAt });
      if (done === 0) break;
      days.splice(0, done);
      summed += done;
    }
  }
  return summed;
}

/** One transaction under the book's lock. @returns how many of the first days it summed */
async function sumSome(
  db: Database,
  { tenantId, book, days, endsAt }: { tenantId: string; book: Book; days: readonly DayToSum[]; endsAt: number },
): Promise<number> {
  try {
    return await withTenant(db, tenantId, async (tx) => {
      await lockBook(tx, book);
      const until = Math.min(endsAt, performance.now() + lockHeldMs);
      let done = 0;
      for (const day of days) {
        await writeDaySums(tx, tenantId, day);
        done += 1;
        if (performance.now() >= until) break;
      }
      return done;
    });
  } catch (error) {
    if (isLockTimeout(error)) return 0;
    throw error;
  }
}

/** In a statement of its own: those that follow see whatever was committed before the lock was given. */
async function lockBook(tx: Tx, book: Book): Promise<void> {
  await tx.$executeRaw`SET LOCAL lock_timeout = ${Prisma.raw(`'${lockWaitMs}ms'`)}`;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(day_sums_lock(${book}))`;
}
