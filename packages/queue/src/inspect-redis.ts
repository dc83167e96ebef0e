import { Redis } from 'ioredis';

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
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // What goes wrong rejects what was asked; unheard, the event would be told on standard error.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const info = await redis.info();
    const valueOf = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
    return { version: valueOf('redis_version') ?? 'unknown', evictionPolicy: valueOf('maxmemory_policy') ?? null };
  } finally {
    redis.disconnect();
  }
}
