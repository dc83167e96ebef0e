import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { TokenBuckets } from './token-buckets.js';

const warnEveryMs = 60_000;

/**
 * `shared` as long as it answers, else `local`: without Redis each replica limits by itself, which is looser, and no
 * request fails for it.
 */
export function createFallbackTokenBuckets(deps: {
  shared: TokenBuckets;
  local: TokenBuckets;
  clock: Clock;
  logger: Logger;
}): TokenBuckets {
  let warnedAt = Number.NEGATIVE_INFINITY;

  async function attempt<T>(work: (buckets: TokenBuckets) => Promise<T>): Promise<T> {
    try {
      return await work(deps.shared);
    } catch (error) {
      const now = deps.clock.now().getTime();
      if (now - warnedAt >= warnEveryMs) {
        warnedAt = now;
        deps.logger.warn({ err: error }, 'rate limits: redis does not answer, each process limits by itself');
      }
      return work(deps.local);
    }
  }

  return {
    take: (name, policy) => attempt((buckets) => buckets.take(name, policy)),
    giveBack: (name, policy) => attempt((buckets) => buckets.giveBack(name, policy)),
  };
}
