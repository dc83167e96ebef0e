import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';

/** A worker that was silent for this long is forgotten; long before that it counts as gone. */
const forgottenAfterMs = 24 * 60 * 60 * 1000;

export interface Heartbeat {
  /** New at each start of a worker. */
  workerId: string;
  startedAt: Date;
  /** When its sweep for due keys last ended well; null before the first. */
  lastSweepAt: Date | null;
}

/** A worker's sign of life. Also forgets the workers that ended long ago, so that the table stays small. */
export async function recordHeartbeat(
  deps: { db: Database; clock: Clock },
  { workerId, startedAt, lastSweepAt }: Heartbeat,
): Promise<void> {
  const beatAt = deps.clock.now();
  await deps.db.unscoped.workerHeartbeat.upsert({
    where: { workerId },
    create: { workerId, startedAt, beatAt, lastSweepAt },
    update: { beatAt, lastSweepAt },
  });
  const cutoff = new Date(beatAt.getTime() - forgottenAfterMs);
  await deps.db.unscoped.workerHeartbeat.deleteMany({ where: { beatAt: { lt: cutoff } } });
}
