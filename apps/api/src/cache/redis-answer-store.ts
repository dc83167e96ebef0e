import { randomUUID } from 'node:crypto';
import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { AnswerStore } from '#domain/openai-mirror/answer-store.js';
import { openRedis } from '../open-redis.js';

/** Longer than any healthy Redis takes; who waits for more asks OpenAI. */
const answerWithinMs = 500;
const warnEveryMs = 60_000;
const mebibyte = 1024 * 1024;
/** What would not be worth its place, a page of months of costs by everything. */
const mostOfOne = 8 * mebibyte;
/** Of all together: Redis has jobs to keep as well, of all tenants, and what it has no room for fails. */
const usualMostBytes = 64 * mebibyte;
/** What Redis needs for an entry beside its text, so that many small ones are bounded as well. */
const overheadBytes = 512;

/** Gives back only one's own claim: a late holder must not end that of the next. */
const giveBackScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/**
 * Keeps KEYS[1], and forgets what ends first until all fit. KEYS[2] has them by their end, KEYS[3] their sizes, both until the
 * last of them ends; where Redis has lost one of the two, they are counted anew.
 */
const keepScript = `
local function forget(key)
  redis.call('DEL', key)
  redis.call('ZREM', KEYS[2], key)
  local size = redis.call('HGET', KEYS[3], key)
  if not size then return end
  redis.call('HDEL', KEYS[3], key)
  redis.call('HINCRBY', KEYS[3], 'total', -size)
end
local text, forMs, most, overhead = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local size = #text + overhead
forget(KEYS[1])
if size > most then return end
while (tonumber(redis.call('HGET', KEYS[3], 'total')) or 0) + size > most do
  local first = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not first then redis.call('DEL', KEYS[3]) break end
  forget(first)
end
local time = redis.call('TIME')
redis.call('SET', KEYS[1], text, 'PX', forMs)
redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000) + forMs, KEYS[1])
redis.call('HSET', KEYS[3], KEYS[1], size)
redis.call('HINCRBY', KEYS[3], 'total', size)
for _, key in ipairs({KEYS[2], KEYS[3]}) do
  if redis.call('PTTL', key) < forMs then redis.call('PEXPIRE', key, forMs) end
end`;

export interface RedisAnswerStore extends AnswerStore {
  close(): Promise<void>;
}

/**
 * Answers that all replicas share: up to `mostBytes` (64 MiB), of which those go first that end first. While Redis is away there
 * are none, and everybody may fetch.
 */
export function openRedisAnswerStore(deps: {
  url: string;
  clock: Clock;
  logger: Logger;
  mostBytes?: number;
}): RedisAnswerStore {
  const { mostBytes = usualMostBytes } = deps;
  const { redis, close } = openRedis(deps, { answerWithinMs, what: 'answers of openai' });
  let warnedAt = Number.NEGATIVE_INFINITY;

  async function orElse<T, Otherwise>(work: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> {
    try {
      return await work;
    } catch (error) {
      const now = deps.clock.now().getTime();
      if (now - warnedAt >= warnEveryMs) {
        warnedAt = now;
        deps.logger.warn({ err: error }, 'answers of openai: redis does not answer, nothing is kept');
      }
      return otherwise;
    }
  }

  return {
    get: (key) => orElse(redis.get(valueKey(key)), null),
    async set(key, value, forMs) {
      if (Buffer.byteLength(value) > mostOfOne) return;
      const keys = [valueKey(key), keptKey, sizesKey];
      await orElse(redis.eval(keepScript, keys.length, ...keys, value, forMs, mostBytes, overheadBytes), null);
    },
    async claim(key, forMs) {
      const holder = randomUUID();
      const taken = await orElse(redis.set(claimKey(key), holder, 'PX', forMs, 'NX'), 'away' as const);
      if (taken === null) return null;
      return async () => {
        if (taken === 'OK') await orElse(redis.eval(giveBackScript, 1, claimKey(key), holder), null);
      };
    },
    close,
  };
}

const valueKey = (key: string) => `keyledger:openai:1:${key}`;
const keptKey = 'keyledger:openai:kept';
const sizesKey = 'keyledger:openai:sizes';
const claimKey = (key: string) => `keyledger:openai:claim:${key}`;
