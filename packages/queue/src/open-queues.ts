import { ErrorCode } from 'bullmq';
import type { Logger } from '#core/logger.js';
import { newQueue } from './bullmq.js';
import { type JobName, jobPayloads, type JobPayload, queueNames, queueOf } from './jobs.js';
import { logConnectionFaults } from './log-connection-faults.js';
import type { QueueBackend } from './queue-backend.js';

export interface Queues {
  /** Adds one job for each payload in one round trip; all, or none when a payload is not what the job takes. */
  add<Name extends JobName>(name: Name, payloads: readonly JobPayload<Name>[]): Promise<void>;
  /**
   * Makes a job repeat. Idempotent: the schedule of this name is replaced, except in the moment in which this run and the
   * next one are there already, when both stay. Whoever changes `everyMs` therefore puts it more than once.
   */
  repeat(name: JobName, everyMs: number): Promise<void>;
  /** Jobs that wait or run, by queue. */
  depth(): Promise<Record<string, number>>;
  /**
   * Resolves when connected: on Redis whenever that is, on Postgres at the first attempt, whose failure lasts. Whoever
   * means to keep the queues for long waits for it, and starts anew when it rejects.
   */
  ready(): Promise<void>;
  close(): Promise<void>;
}

// Finished jobs are only of use to somebody looking into a fault; Postgres has the results.
const removal = {
  removeOnComplete: { count: 100, age: 3600 },
  removeOnFail: { count: 1000, age: 24 * 3600 },
} as const;

/** Opens the producing side of all queues. Connects lazily; faults of the connection go to the log. */
export function openQueues(deps: { backend: QueueBackend; logger: Logger }): Queues {
  const logFault = logConnectionFaults(deps.logger);
  const queues = new Map(
    queueNames.map((name) => {
      const queue = newQueue(deps.backend, name, {
        defaultJobOptions: { ...removal, attempts: 1 },
        streams: { events: { maxLen: 1000 } },
      });
      queue.on('error', logFault);
      return [name, queue] as const;
    }),
  );
  const queueFor = (name: JobName) => {
    const queue = queues.get(queueOf[name]);
    if (!queue) throw new Error(`no queue for ${name}`);
    return queue;
  };
  return {
    async add(name, payloads) {
      await queueFor(name).addBulk(payloads.map((payload) => ({ name, data: jobPayloads[name].parse(payload) })));
    },
    async repeat(name, everyMs) {
      const putting = queueFor(name).upsertJobScheduler(name, { every: everyMs }, { name, data: {} });
      await putting.catch((error: unknown) => {
        if (!areItsRunsThere(error)) throw error;
      });
    },
    async depth() {
      const counts = await Promise.all(
        [...queues].map(async ([name, queue]) => [name, await queue.getJobCountByTypes('waiting', 'active')] as const),
      );
      return Object.fromEntries(counts);
    },
    async ready() {
      await Promise.all([...queues.values()].map((queue) => queue.waitUntilReady()));
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

// Several processes that put one schedule at once, or while its run begins, find the slots of both runs taken.
function areItsRunsThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === ErrorCode.SchedulerJobSlotsBusy;
}
