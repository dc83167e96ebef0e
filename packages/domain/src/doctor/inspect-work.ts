import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { unscopedWorkerHealth } from '../operations/unscoped-worker-health.js';
import type { Finding } from './finding.js';

/** A worker takes some hundred at a time; more than this waits for minutes. */
const manyJobs = 10_000;

/** What there is to know of the queue, by whoever can ask it. */
export type QueueState =
  | { kind: 'redis'; version: string; evictionPolicy: string | null; depth: Record<string, number> }
  | { kind: 'postgres'; depth: Record<string, number> }
  /** On Postgres, and nobody has used it yet. */
  | { kind: 'absent' };

/** @param readQueue rejects when the queue cannot be reached */
export async function inspectQueue(readQueue: () => Promise<QueueState>): Promise<Finding[]> {
  const subject = 'Queue';
  let state: QueueState;
  try {
    state = await readQueue();
  } catch {
    const remedy = 'Start it, or mend REDIS_URL; without REDIS_URL, jobs are kept in the database.';
    return [{ subject, state: 'fail', says: 'It does not answer, or refuses the login.', remedy }];
  }
  if (state.kind === 'absent') {
    const remedy = 'It is made when api or worker is first started.';
    return [{ subject, state: 'warn', says: 'There is none yet in the database.', remedy }];
  }
  const where = state.kind === 'redis' ? `Redis ${state.version}` : 'in the database';
  return [
    describeDepth(subject, where, state.depth),
    ...(state.kind === 'redis' ? [describePolicy(state.evictionPolicy)] : []),
  ];
}

function describeDepth(subject: string, where: string, depth: Record<string, number>): Finding {
  const jobs = Object.values(depth).reduce((sum, count) => sum + count, 0);
  const each = Object.entries(depth).map(([name, count]) => `${count} ${count === 1 ? name.replace(/s$/, '') : name}`);
  const says = `${where}; waiting or at work: ${each.join(', ')}`;
  if (jobs < manyJobs) return { subject, state: 'ok', says };
  return {
    subject,
    state: 'warn',
    says,
    remedy: 'Start more workers, or look at why they are slow (docs/operations.md).',
  };
}

function describePolicy(policy: string | null): Finding {
  const subject = 'Redis policy';
  if (policy === 'noeviction') return { subject, state: 'ok', says: 'noeviction, so no job is forgotten' };
  const remedy = 'Set maxmemory-policy to noeviction.';
  if (policy === null)
    return { subject, state: 'warn', says: 'It does not tell what it does when it is full.', remedy };
  return { subject, state: 'fail', says: `With ${policy} it may forget jobs when it is full.`, remedy };
}

/** Whether somebody is at work on what is due. */
export async function inspectWorkers(deps: { db: Database; clock: Clock }): Promise<Finding[]> {
  const subject = 'Workers';
  const { healthy, workers, lastHeartbeatAt, lastSweepAt } = await unscopedWorkerHealth(deps);
  if (healthy) return [{ subject, state: 'ok', says: `${workers} at work` }];
  if (workers > 0) {
    const says = `${workers} alive, and none has looked for due keys since ${lastSweepAt?.toISOString() ?? 'its start'}.`;
    return [{ subject, state: 'fail', says, remedy: 'Look at the worker’s log and at the queue.' }];
  }
  const says = `None at work: nothing is probed or imported${lastHeartbeatAt ? ` since ${lastHeartbeatAt.toISOString()}` : ''}.`;
  return [{ subject, state: 'warn', says, remedy: 'Start one: npm start, npm run worker, or docker compose up -d.' }];
}
