import type { Logger } from '#core/logger.js';
import { openRedis } from '../open-redis.js';
import { type BucketPolicy, describeTake, type TokenBuckets } from './token-buckets.js';

/**
 * Refills by Redis' own clock, so that replicas whose clocks differ agree. One script is one step: two replicas cannot
 * take the same token. The arithmetic is that of `token-buckets.ts`. A bucket that is full again expires.
 */
const script = `
local burst, perMs, change = tonumber(ARGV[1]), tonumber(ARGV[2]) / 60000, tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(known[1]) or burst
tokens = math.min(burst, tokens + math.max(0, now - (tonumber(known[2]) or now)) * perMs)
local allowed = 0
if tokens >= change - 1e-6 then
  allowed = 1
  tokens = math.max(0, math.min(burst, tokens - change))
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / perMs) + 1000)
return { allowed, string.format('%.9f', tokens) }`;

export interface RedisTokenBuckets extends TokenBuckets {
  close(): Promise<void>;
}

/**
 * Token buckets that all replicas share. Every method rejects while Redis is away.
 * @param options.answerWithinMs a request waits no longer than this before its caller decides without Redis. Default 250,
 * which is longer than any healthy one takes.
 */
export function openRedisTokenBuckets(
  deps: { url: string; logger: Logger },
  { answerWithinMs = 250 }: { answerWithinMs?: number } = {},
): RedisTokenBuckets {
  const { redis, close } = openRedis(deps, { answerWithinMs, what: 'rate limits' });

  async function change(name: string, { burst, perMinute }: BucketPolicy, by: 1 | -1): Promise<[number, string]> {
    const reply = await redis.eval(script, 1, `keyledger:bucket:${name}`, burst, perMinute, by);
    return reply as [number, string]; // what the script above returns
  }

  return {
    async take(name, policy) {
      const [allowed, tokens] = await change(name, policy, 1);
      return describeTake(allowed === 1, Number(tokens), policy);
    },
    async giveBack(name, policy) {
      await change(name, policy, -1);
    },
    close,
  };
}
