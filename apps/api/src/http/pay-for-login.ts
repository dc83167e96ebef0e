import { Problem } from '#core/problem.js';
import { addressGroup } from './limit-rate.js';
import type { BucketPolicy, TokenBuckets } from './token-buckets.js';

/** Ten refusals at once, then one every six seconds: nobody mistypes faster, and guessing gets nowhere. */
const refusals: BucketPolicy = { burst: 10, perMinute: 10 };

/**
 * Slows down whoever is refused again and again, by the network they come from. A try is paid for before it is known how it
 * ends, so that parallel ones are bounded as well; `giveBack` is called when it was no refusal.
 * @throws Problem `rate-limited` after too many refusals from there
 */
export async function payForLogin(
  buckets: TokenBuckets,
  address: string | undefined,
): Promise<{ giveBack(): Promise<void> }> {
  const bucket = `failed-logins:${addressGroup(address)}`;
  const { allowed, nextTokenMs } = await buckets.take(bucket, refusals);
  if (allowed) return { giveBack: () => buckets.giveBack(bucket, refusals) };
  const retryAfterSecs = Math.ceil(nextTokenMs / 1000);
  throw new Problem('rate-limited', {
    detail: `Too many sign-ins from your address were refused. Try again in ${retryAfterSecs} s.`,
    retryAfterSecs,
  });
}
