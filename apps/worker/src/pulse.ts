import { writeFile } from 'node:fs/promises';
import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { recordHeartbeat } from '#domain/operations/record-heartbeat.js';
import { unscopedWorkerHealth } from '#domain/operations/unscoped-worker-health.js';
import type { Queues } from '#queue/open-queues.js';
import { schedules } from './schedules.js';

const beatMs = 10_000;
/** Without a sweep by any worker for this long, something between us and the queue is broken. */
const silenceMs = 120_000;

export interface Pulse {
  /** Notes that this worker's sweep ended well. */
  swept(): void;
  stop(): void;
}

/**
 * Every ten seconds: a heartbeat that others can see, the schedules put back where an emptied Redis lost them, and a
 * watchdog that calls `onSilence` when no worker has swept for two minutes, because a prober that stopped unseen keeps
 * every light green. `aliveFile` is written at each beat that reached the database, for a container's health check. While
 * the database itself is away nothing is held against the sweep: a restart would not bring it back.
 */
export function startPulse(
  deps: { db: Database; clock: Clock; logger: Logger; queues: Pick<Queues, 'repeat'> },
  { workerId, onSilence, aliveFile }: { workerId: string; onSilence: () => void; aliveFile?: string | undefined },
): Pulse {
  const startedAt = deps.clock.now();
  let lastSweepAt: Date | null = null;
  let expectedSince = startedAt;

  async function beat(): Promise<void> {
    const now = deps.clock.now();
    try {
      await recordHeartbeat(deps, { workerId, startedAt, lastSweepAt });
      const { lastSweepAt: lastOfAny } = await unscopedWorkerHealth(deps);
      const since = Math.max(expectedSince.getTime(), lastOfAny?.getTime() ?? 0);
      if (now.getTime() - since > silenceMs) onSilence();
      if (aliveFile !== undefined) await writeFile(aliveFile, `${now.toISOString()}\n`);
    } catch (error) {
      expectedSince = deps.clock.now();
      throw error;
    }
  }

  async function keepSchedules(): Promise<void> {
    for (const { job, everyMs } of schedules) await deps.queues.repeat(job, everyMs);
  }

  // Apart from each other: while Redis is away, `repeat` waits for it, and the watchdog must not.
  const duties = [
    everyBeat(beat, (error) => deps.logger.warn({ err: error }, 'heartbeat failed')),
    everyBeat(keepSchedules, (error) => deps.logger.warn({ err: error }, 'schedules could not be kept')),
  ];
  return {
    swept: () => (lastSweepAt = deps.clock.now()),
    stop: () => duties.forEach((stop) => stop()),
  };
}

/** Runs `duty` now and at every beat, unless it is still at it since the last one. Returns the way to stop. */
function everyBeat(duty: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let busy = false;
  const run = () => {
    if (busy) return;
    busy = true;
    duty()
      .catch(onError)
      .finally(() => (busy = false));
  };
  run();
  const timer = setInterval(run, beatMs);
  return () => clearInterval(timer);
}
