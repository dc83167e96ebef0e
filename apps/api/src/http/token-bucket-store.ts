import type { Store } from 'express-rate-limit';
import type { BucketPolicy, TokenBuckets } from './token-buckets.js';

/**
 * Token buckets in the form that express-rate-limit counts in: "hits" are the tokens that are gone, one more than the
 * limit when there was none to take. Its reset time, from which `Retry-After` comes, is then the next token, not the full
 * bucket.
 */
export function createTokenBucketStore(buckets: TokenBuckets, policy: BucketPolicy): Store {
  return {
    async increment(key) {
      const { allowed, remaining, nextTokenMs, fullMs } = await buckets.take(key, policy);
      return {
        totalHits: allowed ? policy.burst - remaining : policy.burst + 1,
        resetTime: new Date(Date.now() + (allowed ? fullMs : nextTokenMs)),
      };
    },
    decrement: (key) => buckets.giveBack(key, policy),
    // Required by the interface, for an administrator's "unblock", which we have no use for.
    resetKey: () => undefined,
  };
}
