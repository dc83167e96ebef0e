import { newId } from '#core/ids.js';
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
 * every light green.
 */
export function startPulse(
  deps: { db: Database; clock: Clock; logger: Logger; queues: Pick<Queues, 'repeat'> },
  { onSilence }: { onSilence: () => void },
): Pulse {
  const workerId = newId();
  const startedAt = deps.clock.now();
  let lastSweepAt: Date | null = null;

  async function beat(): Promise<void> {
    await recordHeartbeat(deps, { workerId, startedAt, lastSweepAt });
    for (const { job, everyMs } of schedules) await deps.queues.repeat(job, everyMs);
    const { lastSweepAt: lastOfAny } = await unscopedWorkerHealth(deps);
    const since = Math.max(startedAt.getTime(), lastOfAny?.getTime() ?? 0);
    if (deps.clock.now().getTime() - since > silenceMs) onSilence();
  }

  let beating = false;
  const tick = () => {
    if (beating) return; // a beat that hangs must not pile up; the next one looks again
    beating = true;
    beat()
      .catch((error: unknown) => deps.logger.warn({ err: error }, 'heartbeat failed'))
      .finally(() => (beating = false));
  };
  tick();
  const timer = setInterval(tick, beatMs);
  return {
    swept: () => (lastSweepAt = deps.clock.now()),
    stop: () => clearInterval(timer),
  };
}
