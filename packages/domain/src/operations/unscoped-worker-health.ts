import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';

/** Workers beat every few seconds; three quarters of a minute of silence is no hiccup. */
const silentAfterMs = 45_000;
/** A sweep is due every few seconds; without one for this long nothing is being probed, whoever beats. */
const sweepOverdueAfterMs = 120_000;
/** What a worker that has just begun is given where the sweeps before it have stopped: it may be one of many that end so. */
const firstSweepOverdueAfterMs = 30_000;

export interface WorkerHealth {
  /** A worker is alive and the sweep for due keys goes on. */
  healthy: boolean;
  /** Workers heard of lately. */
  workers: number;
  lastHeartbeatAt: Date | null;
  lastSweepAt: Date | null;
}

/** Whether the prober itself is at work, over all workers. A worker that has just begun is given time for its first sweep. */
export async function unscopedWorkerHealth(deps: { db: Database; clock: Clock }): Promise<WorkerHealth> {
  const now = deps.clock.now().getTime();
  const rows = await deps.db.unscopedReader.$queryRaw<{ startedAt: Date; beatAt: Date; lastSweepAt: Date | null }[]>`
    SELECT started_at AS "startedAt", beat_at AS "beatAt", last_sweep_at AS "lastSweepAt" FROM worker_heartbeat`;
  const alive = rows.filter(({ beatAt }) => now - beatAt.getTime() <= silentAfterMs);
  const lastSweepAt = latest(rows.map((row) => row.lastSweepAt));
  const isWithin = (at: Date, ms: number) => now - at.getTime() <= ms;
  const firstWithinMs = lastSweepAt ? firstSweepOverdueAfterMs : sweepOverdueAfterMs;
  return {
    healthy: alive.some((row) =>
      row.lastSweepAt ? isWithin(row.lastSweepAt, sweepOverdueAfterMs) : isWithin(row.startedAt, firstWithinMs),
    ),
    workers: alive.length,
    lastHeartbeatAt: latest(rows.map(({ beatAt }) => beatAt)),
    lastSweepAt,
  };
}

function latest(dates: (Date | null)[]): Date | null {
  return dates.reduce((max, date) => (date && (!max || date > max) ? date : max), null);
}
