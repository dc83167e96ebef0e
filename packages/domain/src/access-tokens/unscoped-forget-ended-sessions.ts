import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';

/** Forgets ended sessions whose cookies have run out by themselves. */
export async function unscopedForgetEndedSessions(deps: { db: Database; clock: Clock }): Promise<void> {
  await deps.db.unscoped.endedSession.deleteMany({ where: { endsAt: { lt: deps.clock.now() } } });
}
