import { Redis } from 'ioredis';
import type { Logger } from '#core/logger.js';
import { tlsOfRedis } from '#queue/tls-of-redis.js';

/**
 * A connection for what a request can do without: a command fails within `answerWithinMs` or at once while Redis is away,
 * and nothing waits in a queue for its return.
 * @param what what is kept there, for the log
 */
export function openRedis(
  { url, logger }: { url: string; logger: Logger },
  { answerWithinMs, what }: { answerWithinMs: number; what: string },
): { redis: Redis; close: () => Promise<void> } {
  const redis = new Redis(url, {
    ...tlsOfRedis(url),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerWithinMs,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(attempt * 200, 5_000),
  });
  redis.on('error', (error) => logger.debug({ err: error }, `${what}: redis connection`));
  return {
    redis,
    async close() {
      await redis.quit().catch(() => redis.disconnect()); // away already is closed enough
    },
  };
}
