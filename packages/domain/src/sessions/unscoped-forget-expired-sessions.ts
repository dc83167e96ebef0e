import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { idleSessionMs } from './session.js';

/** Removes the rows of sessions that ran out by themselves. */
export async function unscopedForgetExpiredSessions({ db, clock }: { db: Database; clock: Clock }): Promise<void> {
  const now = clock.now();
  const idleSince = new Date(now.getTime() - idleSessionMs);
  await db.unscoped.session.deleteMany({
    where: { OR: [{ endsAt: { lte: now } }, { lastSeenAt: { lte: idleSince } }] },
  });
}
