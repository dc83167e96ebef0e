import {
  createPostgresBackend,
  type PgPool,
  type Processor,
  Queue,
  type QueueOptions,
  withBackend,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import type { QueueBackend } from './queue-backend.js';

const onPostgres = withBackend(createPostgresBackend);
const prefix = 'keyledger';

/** What we use of BullMQ's queue; its own type differs from backend to backend. */
export interface BullQueue {
  addBulk(jobs: { name: string; data: object; opts?: { jobId: string } }[]): Promise<unknown>;
  upsertJobScheduler(id: string, repeat: { every: number }, job: { name: string; data: object }): Promise<unknown>;
  getJobCountByTypes(...types: ('waiting' | 'active')[]): Promise<number>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface BullWorker {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: { name: string } | undefined, error: Error) => void): unknown;
}

/** BullMQ's queue on either backend. This file is the only one that knows the difference. */
export function newQueue(backend: QueueBackend, name: string, options: Omit<QueueOptions, 'connection'>): BullQueue {
  return backend.kind === 'postgres'
    ? new onPostgres.Queue(name, { ...options, prefix, connection: backend.pool as PgPool })
    : new Queue(name, { ...options, prefix, connection: redisConnection(backend.url) });
}

/** BullMQ's worker on either backend. */
export function newWorker(
  backend: QueueBackend,
  name: string,
  { processor, ...options }: Omit<WorkerOptions, 'connection'> & { processor: Processor<unknown, void> },
): BullWorker {
  return backend.kind === 'postgres'
    ? new onPostgres.Worker(name, processor, { ...options, prefix, connection: backend.pool as PgPool })
    : new Worker(name, processor, { ...options, prefix, connection: redisConnection(backend.url) });
}

function redisConnection(url: string) {
  return { url, maxRetriesPerRequest: null };
}
