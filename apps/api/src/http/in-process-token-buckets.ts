import { LRUCache } from 'lru-cache';
import type { Clock } from '#core/clock.js';
import { type BucketPolicy, canTake, describeTake, refill, type TokenBuckets } from './token-buckets.js';

/** About 20 MB. The bucket that was unused for longest goes first, which is the one most likely to be full again. */
const mostBuckets = 100_000;

/** Token buckets of this process alone. */
export function createInProcessTokenBuckets(deps: { clock: Clock }): TokenBuckets {
  const buckets = new LRUCache<string, { tokens: number; at: number }>({ max: mostBuckets });

  function look(name: string, policy: BucketPolicy): { tokens: number; at: number } {
    const at = deps.clock.now().getTime();
    const known = buckets.get(name);
    return { tokens: known ? refill(known.tokens, at - known.at, policy) : policy.burst, at };
  }

  return {
    take(name, policy) {
      const { tokens, at } = look(name, policy);
      const allowed = canTake(tokens);
      const left = allowed ? Math.max(0, tokens - 1) : tokens;
      buckets.set(name, { tokens: left, at });
      return Promise.resolve(describeTake(allowed, left, policy));
    },
    giveBack(name, policy) {
      const { tokens, at } = look(name, policy);
      buckets.set(name, { tokens: Math.min(policy.burst, tokens + 1), at });
      return Promise.resolve();
    },
  };
}
