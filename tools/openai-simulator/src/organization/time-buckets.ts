export const bucketWidths = ['1m', '1h', '1d'] as const;

export type BucketWidth = (typeof bucketWidths)[number];

const widthSeconds: Readonly<Record<BucketWidth, number>> = { '1m': 60, '1h': 3600, '1d': 86_400 };

export interface TimeBucket {
  start: number;
  end: number;
}

/**
 * Up to `limit` buckets from `start` on, of what lies before `end` (Unix seconds, exclusive). Buckets end where a minute,
 * an hour or a day of UTC ends; so the first is cut at `start` and the last at `end`, when those lie within one.
 * `next` is where the following page starts, null when nothing is left.
 */
export function timeBuckets(range: { start: number; end: number; width: BucketWidth; limit: number }): {
  buckets: TimeBucket[];
  next: number | null;
} {
  const width = widthSeconds[range.width];
  const buckets: TimeBucket[] = [];
  let start = range.start;
  while (start < range.end && buckets.length < range.limit) {
    const end = Math.min((Math.floor(start / width) + 1) * width, range.end);
    buckets.push({ start, end });
    start = end;
  }
  return { buckets, next: start < range.end ? start : null };
}

/** The end of the day of UTC that an instant lies in: where a range without an end ends. */
export function endOfDay(seconds: number): number {
  return (Math.floor(seconds / 86_400) + 1) * 86_400;
}
