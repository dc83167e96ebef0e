import { createLogger } from '#core/logger.js';
import { openQueuePool } from '#db/open-queue-pool.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { answerInTime } from '#domain/operations/answer-in-time.js';
import type { QueueState } from '#domain/doctor/inspect-work.js';
import { inspectRedis } from '#queue/inspect-redis.js';
import { openQueues } from '#queue/open-queues.js';
import type { QueueBackend } from '#queue/queue-backend.js';

/** The queue that api and worker use with these addresses. Makes none. Rejects when it does not answer. */
export async function readQueue({
  databaseUrl,
  redisUrl,
}: {
  databaseUrl: string;
  redisUrl: string | undefined;
}): Promise<QueueState> {
  if (redisUrl !== undefined) {
    const redis = await inspectRedis(redisUrl);
    return { kind: 'redis', ...redis, depth: await readDepth({ kind: 'redis', url: redisUrl }) };
  }
  const { rows } = await withOwnerConnection(databaseUrl, (connection) =>
    connection.query<{ found: string | null }>(`SELECT to_regclass('bullmq.migration') AS found`),
  );
  if (!rows[0]?.found) return { kind: 'absent' };
  const pool = openQueuePool({ url: databaseUrl, poolSize: 2 });
  try {
    return { kind: 'postgres', depth: await readDepth({ kind: 'postgres', pool }) };
  } finally {
    await pool.end();
  }
}

async function readDepth(backend: QueueBackend): Promise<Record<string, number>> {
  const queues = openQueues({ backend, logger: createLogger({ name: 'queue', level: 'silent' }) });
  try {
    return await answerInTime(queues.depth());
  } finally {
    await queues.close();
  }
}
