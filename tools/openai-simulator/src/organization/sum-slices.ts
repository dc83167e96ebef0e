import type { UsageSlice } from './usage-leaf.js';

/** Requests and counts of slices of one kind, added up. */
export function sumSlices(slices: readonly UsageSlice[]): { requests: number; counts: readonly number[] } {
  let requests = 0;
  const counts: number[] = [];
  for (const slice of slices) {
    requests += slice.requests;
    for (let index = 0; index < slice.counts.length; index += 1) {
      counts[index] = (counts[index] ?? 0) + (slice.counts[index] ?? 0);
    }
  }
  return { requests, counts };
}
