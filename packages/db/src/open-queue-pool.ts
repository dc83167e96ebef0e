import { Pool } from 'pg';

/**
 * The pool on which BullMQ keeps its jobs when there is no Redis: role `keyledger_queue`, which sees the schema `bullmq`
 * and nothing else. One connection of it is taken for good by each worker, to listen.
 */
export function openQueuePool({ url, poolSize = 10 }: { url: string; poolSize?: number }): Pool {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options: '-c role=keyledger_queue -c search_path=bullmq -c timezone=UTC',
    application_name: 'keyledger_queue',
  });
  // A lost connection is replaced at its next use, and fails the query that was under way. Unheard, the events of idle
  // ones (the pool's) and of those in use (their own) would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
