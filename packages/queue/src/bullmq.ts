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
import type { QueueBackend, QueuePool } from './queue-backend.js';
import { tlsOfRedis } from './tls-of-redis.js';

const onPostgres = withBackend(createPostgresBackend);
const prefix = 'keyledger';
/** Any number that no other program on this database locks. */
export const scheduleLock = '5001202613';

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
    ? new QueueOnPostgres(backend.pool, name, options)
    : new Queue(name, { ...options, prefix, connection: redisConnection(backend.url) });
}

/**
 * On Postgres, BullMQ looks for a schedule in one statement and writes it in another, so that two who put a new one at once
 * would both have it run: they take turns here. On Redis it is one step.
 */
class QueueOnPostgres extends onPostgres.Queue {
  readonly #pool: QueuePool;

  constructor(pool: QueuePool, name: string, options: Omit<QueueOptions, 'connection'>) {
    super(name, { ...options, prefix, connection: pool as PgPool });
    this.#pool = pool;
  }

  override async upsertJobScheduler(...schedule: Parameters<BullQueue['upsertJobScheduler']>) {
    const client = await this.#pool.connect();
    let isOver = false;
    try {
      // Of a worker that stands still here the others would wait for ever.
      await client.query(`BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '15s'`);
      await client.query(`SELECT pg_advisory_xact_lock(${scheduleLock})`);
      try {
        return await super.upsertJobScheduler(...schedule);
      } finally {
        await client.query('COMMIT');
        isOver = true;
      }
    } finally {
      // A connection that is still in a transaction, or lost, is of no use to anybody else.
      client.release(!isOver);
    }
  }
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
  return { url, ...tlsOfRedis(url), maxRetriesPerRequest: null };
}
