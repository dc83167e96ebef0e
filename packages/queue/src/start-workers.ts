import type { Logger } from '#core/logger.js';
import { newWorker } from './bullmq.js';
import { type JobName, jobPayloads, type JobPayload, queueNames, type QueueName } from './jobs.js';
import { logConnectionFaults } from './log-connection-faults.js';
import type { QueueBackend } from './queue-backend.js';

/** One processor per job. Any job may run twice; what it does must bear that. */
export type Processors = { [Name in JobName]: (payload: JobPayload<Name>) => Promise<void> };

export interface Workers {
  /** As that of the queues. */
  ready(): Promise<void>;
  /** Takes no more jobs and resolves when those under way have ended. */
  close(): Promise<void>;
}

/** Starts consuming every queue with at most `concurrency[queue]` jobs at a time. */
export function startWorkers(deps: {
  backend: QueueBackend;
  logger: Logger;
  processors: Processors;
  concurrency: Record<QueueName, number>;
}): Workers {
  const logFault = logConnectionFaults(deps.logger);
  const workers = queueNames.map((queue) => {
    const worker = newWorker(deps.backend, queue, {
      processor: (job) => runJob(deps.processors, job),
      concurrency: deps.concurrency[queue],
      // Renewed at half time; long, so that a busy process does not lose the lock of a job that is well.
      lockDuration: 60_000,
      maxStalledCount: 2,
    });
    worker.on('error', logFault);
    worker.on('failed', (job, error) => deps.logger.error({ err: error, job: job?.name }, 'job failed'));
    return worker;
  });
  return {
    async ready() {
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

async function runJob(processors: Processors, job: { name: string; data: unknown }): Promise<void> {
  if (!isJobName(job.name)) throw new Error('a job of a kind that this version does not know');
  const run = processors[job.name] as (payload: unknown) => Promise<void>;
  await run(jobPayloads[job.name].parse(job.data));
}

function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobPayloads, name);
}
