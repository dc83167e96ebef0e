import { randomUUID } from 'node:crypto';
import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { AnswerStore } from '#domain/openai-mirror/answer-store.js';
import { openRedis } from '../open-redis.js';

/** Longer than any healthy Redis takes; who waits for more asks OpenAI. */
const answerWithinMs = 500;
const warnEveryMs = 60_000;
/** What would not be worth its place, a page of months of costs by everything. */
const mostCharacters = 8 * 1024 * 1024;

/** Gives back only one's own claim: a late holder must not end that of the next. */
const giveBackScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

export interface RedisAnswerStore extends AnswerStore {
  close(): Promise<void>;
}

/** Answers that all replicas share. While Redis is away there are none, and everybody may fetch. */
export function openRedisAnswerStore(deps: { url: string; clock: Clock; logger: Logger }): RedisAnswerStore {
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
      if (value.length <= mostCharacters) await orElse(redis.set(valueKey(key), value, 'PX', forMs), null);
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
const claimKey = (key: string) => `keyledger:openai:claim:${key}`;
