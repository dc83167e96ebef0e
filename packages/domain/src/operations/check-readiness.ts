import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { listPendingMigrations } from '#db/list-pending-migrations.js';
import { answerInTime } from './answer-in-time.js';
import { unscopedWorkerHealth, type WorkerHealth } from './unscoped-worker-health.js';

export interface Readiness {
  /** The API can do its work: database, migrations and queue are there. A silent worker is told, and is not fatal to it. */
  ready: boolean;
  database: 'ok' | 'failed';
  migrations: 'ok' | 'pending' | 'unknown';
  queue: 'ok' | 'failed';
  worker: 'ok' | 'silent' | 'unknown';
  lastHeartbeatAt: Date | null;
  lastSweepAt: Date | null;
}

/** Never rejects: what does not answer within 3 s is `failed`, or `unknown` when it could not be asked. */
export async function checkReadiness(deps: {
  db: Database;
  clock: Clock;
  logger: Logger;
  pingQueue: () => Promise<void>;
}): Promise<Readiness> {
  const [pending, worker, queue] = await Promise.all([
    attempt(deps.logger, 'database', listPendingMigrations(deps.db)),
    attempt(deps.logger, 'worker heartbeat', unscopedWorkerHealth(deps)),
    attempt(
      deps.logger,
      'queue',
      deps.pingQueue().then(() => true),
    ),
  ]);
  const database = pending === null ? 'failed' : 'ok';
  const migrations = migrationsState(pending);
  return {
    ready: migrations === 'ok' && queue !== null,
    database,
    migrations,
    queue: queue === null ? 'failed' : 'ok',
    worker: workerState(worker),
    lastHeartbeatAt: worker?.lastHeartbeatAt ?? null,
    lastSweepAt: worker?.lastSweepAt ?? null,
  };
}

function migrationsState(pending: string[] | null): Readiness['migrations'] {
  if (pending === null) return 'unknown';
  return pending.length === 0 ? 'ok' : 'pending';
}

function workerState(worker: WorkerHealth | null): Readiness['worker'] {
  if (worker === null) return 'unknown';
  return worker.healthy ? 'ok' : 'silent';
}

async function attempt<T>(logger: Logger, what: string, work: Promise<T>): Promise<T | null> {
  try {
    return await answerInTime(work);
  } catch (error) {
    logger.warn({ err: error }, `readiness: ${what} failed`);
    return null;
  }
}
