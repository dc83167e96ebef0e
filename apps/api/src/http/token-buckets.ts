/** A bucket holds `burst` tokens and gets `perMinute` back, evenly. */
export interface BucketPolicy {
  burst: number;
  perMinute: number;
}

export interface BucketTake {
  /** False: nothing was taken. */
  allowed: boolean;
  /** Whole tokens left. */
  remaining: number;
  /** Until one can be taken again; 0 when one is left. */
  nextTokenMs: number;
  /** Until the bucket is full again. */
  fullMs: number;
}

/** Token buckets by name. A bucket that was never used is full. */
export interface TokenBuckets {
  /** Takes one token if there is one. */
  take(name: string, policy: BucketPolicy): Promise<BucketTake>;
  /** Puts one token back, never beyond `burst`. */
  giveBack(name: string, policy: BucketPolicy): Promise<void>;
}

/** Slack for sums of fractions, so that a token that is due by the clock is not missed by a rounding error. */
const rounding = 1e-6;

/** Where a bucket stands `elapsedMs` after it held `tokens`. */
export function refill(tokens: number, elapsedMs: number, { burst, perMinute }: BucketPolicy): number {
  return Math.min(burst, tokens + (Math.max(0, elapsedMs) * perMinute) / 60_000);
}

export function canTake(tokens: number): boolean {
  return tokens >= 1 - rounding;
}

/** The answer for a bucket that now holds `tokens`. */
export function describeTake(allowed: boolean, tokens: number, { burst, perMinute }: BucketPolicy): BucketTake {
  const msPerToken = 60_000 / perMinute;
  return {
    allowed,
    remaining: Math.max(0, Math.floor(tokens + rounding)),
    nextTokenMs: canTake(tokens) ? 0 : Math.ceil((1 - tokens) * msPerToken),
    fullMs: Math.ceil((burst - tokens) * msPerToken),
  };
}
