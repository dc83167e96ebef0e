import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';

const monthsAhead = 2;

/** Makes the partitions of this month and the next two where they are missing. Idempotent; a no-op on most days. */
export async function unscopedEnsurePartitions(deps: { db: Database; clock: Clock }): Promise<void> {
  const now = deps.clock.now();
  for (let ahead = 0; ahead <= monthsAhead; ahead += 1) {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
    await deps.db.unscoped.$executeRaw`SELECT ensure_month_partitions(${month}::date)`;
  }
}
