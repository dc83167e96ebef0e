import { Redis } from 'ioredis';
import { tlsOfRedis } from './tls-of-redis.js';

/** Long enough for a server far away; one that is not there refuses at once. */
const timeoutMs = 3_000;

export interface RedisState {
  version: string;
  /** What it does when its memory is full; with anything but `noeviction` it may forget jobs. Null when it does not tell. */
  evictionPolicy: string | null;
}

/** Asks a Redis once. Rejects when it cannot be reached, or refuses the login. */
export async function inspectRedis(url: string): Promise<RedisState> {
  const redis = new Redis(url, {
    ...tlsOfRedis(url),
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Why a connection ended is told here alone; what was asked rejects because it ended.
  let fault: Error | undefined;
  redis.on('error', (error) => (fault ??= error));
  try {
    await redis.connect();
    const info = await redis.info();
    const valueOf = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
    return { version: valueOf('redis_version') ?? 'unknown', evictionPolicy: valueOf('maxmemory_policy') ?? null };
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
}
