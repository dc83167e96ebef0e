import { secondsPerDay, shareOfDay } from './day-shape.js';
import type { UsageLeaf, UsageSlice } from './usage-leaf.js';

/**
 * What of a leaf lies between two seconds of its day, or null for nothing. Slices that meet sum to the whole: both ends
 * are rounded down from the day's start, so nothing is lost or counted twice at a cut.
 * A vector store's bytes are a level, not a flow: they are the same however short the slice.
 */
export function sliceLeaf(leaf: UsageLeaf, fromSecond: number, toSecond: number): UsageSlice | null {
  if (toSecond <= fromSecond) return null;
  if ((fromSecond <= 0 && toSecond >= secondsPerDay) || leaf.kind === 'vector_stores') {
    return { leaf, requests: leaf.requests, counts: leaf.counts, fromSecond, toSecond };
  }
  const before = Math.floor(leaf.requests * shareOfDay(leaf.shape, fromSecond));
  const until = Math.floor(leaf.requests * shareOfDay(leaf.shape, toSecond));
  if (until === before) return null;
  const counts = leaf.counts.map(
    (count) => Math.floor(count * (until / leaf.requests)) - Math.floor(count * (before / leaf.requests)),
  );
  return { leaf, requests: until - before, counts, fromSecond, toSecond };
}
