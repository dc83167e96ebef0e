import { systemClock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import { type Database, openDatabase } from '#db/database.js';
import { openQueuePool } from '#db/open-queue-pool.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { migrateQueue } from '#queue/migrate-queue.js';
import { openQueues, type Queues } from '#queue/open-queues.js';
import type { QueueBackend } from '#queue/queue-backend.js';
import type { AnswerStore } from '#domain/openai-mirror/answer-store.js';
import type { ApiConfig } from './config.js';
import { createFallbackTokenBuckets } from './http/fallback-token-buckets.js';
import { createInProcessTokenBuckets } from './http/in-process-token-buckets.js';
import { openRedisTokenBuckets } from './http/redis-token-buckets.js';
import type { TokenBuckets } from './http/token-buckets.js';
import { createInProcessAnswerStore } from './cache/in-process-answer-store.js';
import { openRedisAnswerStore } from './cache/redis-answer-store.js';

export interface Connections {
  db: Database;
  queues: Queues;
  buckets: TokenBuckets;
  answerStore: AnswerStore;
  close(): Promise<void>;
}

/** Connections to Postgres, of each of the two roles. */
const poolSize = 10;
/** Whoever asks for much of one tenant at once, which a viewer may, waits for each other and not the other tenants for them. */
const mostPerTenant = 7;

/**
 * Opens what the API talks to. With `REDIS_URL`, queue, rate limits and answers of OpenAI are there; without, in Postgres
 * and here.
 */
export async function openConnections(config: ApiConfig, deps: { logger: Logger }): Promise<Connections> {
  const db = openDatabase({ url: config.DATABASE_URL, poolSize, mostPerTenant });
  const backend = await openBackend(config);
  const queues = openQueues({ backend, ...deps });
  const { buckets, closeBuckets } = openBuckets(config, deps);
  const { answerStore, closeAnswers } = openAnswerStore(config, deps);
  return {
    db,
    queues,
    buckets,
    answerStore,
    async close() {
      await Promise.all([queues.close(), closeBuckets(), closeAnswers()]);
      if (backend.kind === 'postgres') await backend.pool.end();
      await db.close();
    },
  };
}

/** The API only looks at queues, so two connections are enough. */
async function openBackend(config: ApiConfig): Promise<QueueBackend> {
  if (config.REDIS_URL !== undefined) return { kind: 'redis', url: config.REDIS_URL };
  await withOwnerConnection(config.DATABASE_URL, migrateQueue);
  return { kind: 'postgres', pool: openQueuePool({ url: config.DATABASE_URL, poolSize: 2 }) };
}

function openBuckets(
  config: ApiConfig,
  { logger }: { logger: Logger },
): { buckets: TokenBuckets; closeBuckets: () => Promise<void> } {
  const clock = systemClock;
  const local = createInProcessTokenBuckets({ clock });
  if (config.REDIS_URL === undefined) return { buckets: local, closeBuckets: () => Promise.resolve() };
  const shared = openRedisTokenBuckets({ url: config.REDIS_URL, logger });
  return {
    buckets: createFallbackTokenBuckets({ shared, local, clock, logger }),
    closeBuckets: () => shared.close(),
  };
}

function openAnswerStore(
  config: ApiConfig,
  { logger }: { logger: Logger },
): { answerStore: AnswerStore; closeAnswers: () => Promise<void> } {
  if (config.REDIS_URL === undefined) {
    return { answerStore: createInProcessAnswerStore(), closeAnswers: () => Promise.resolve() };
  }
  const shared = openRedisAnswerStore({ url: config.REDIS_URL, clock: systemClock, logger });
  return { answerStore: shared, closeAnswers: () => shared.close() };
}
