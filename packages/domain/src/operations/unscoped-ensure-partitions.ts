import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { ensureMonths } from './ensure-months.js';

/** Makes the partitions of this month and the next two where they are missing. Idempotent; a no-op on most days. */
export async function unscopedEnsurePartitions(deps: { db: Database; clock: Clock }): Promise<void> {
  const now = deps.clock.now();
  const monthAt = (ahead: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead));
  await ensureMonths(deps.db.unscoped, [0, 1, 2].map(monthAt));
}
