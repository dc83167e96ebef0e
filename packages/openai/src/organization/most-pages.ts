/** Pages that hold no bucket, or one that is cut. */
const spare = 10;
const mostOfAnyRange = 1_000;

/**
 * How many pages a range of buckets can have: not more than buckets, and a few. What goes on longer has no end, and nobody
 * waits for a thousand pages to find out.
 */
export function mostPages(range: { startAt: Date; endAt?: Date | undefined; bucketMs: number }): number {
  const { startAt, endAt, bucketMs } = range;
  if (!endAt) return mostOfAnyRange;
  const buckets = Math.ceil((endAt.getTime() - startAt.getTime()) / bucketMs);
  return Math.min(mostOfAnyRange, Math.max(0, buckets) + spare);
}
