import { secondsPerDay } from './day-shape.js';
import { generateDay } from './generate-day.js';
import type { Organization } from './organization.js';
import { seededRandom } from './seeded-random.js';
import { sliceLeaf } from './slice-leaf.js';
import type { UsageKind, UsageLeaf, UsageSlice } from './usage-leaf.js';

/** Usage as the API would report it at an instant: nothing of the last minutes, and recent days not final yet. */
export interface ReportedUsage {
  /** What lies in a range of Unix seconds, `toSecond` exclusive; of every kind unless one is named. */
  between(fromSecond: number, toSecond: number, kind?: UsageKind): UsageSlice[];
}

const lagSeconds = 600;
const stepSeconds = 300;

/** After this long, nothing of a day changes any more. */
const settledAfterSeconds = 3 * secondsPerDay;

/** Reads an organization's days, each made when first asked for and kept. */
export function createUsageReader(organization: Organization): (nowSeconds: number) => ReportedUsage {
  const days = new Map<number, readonly UsageLeaf[]>();
  const daysByKind = new Map<string, readonly UsageLeaf[]>();
  const leavesOf = (day: number, kind: UsageKind | undefined): readonly UsageLeaf[] => {
    const all = remember(days, day, () => generateDay(organization, day));
    if (kind === undefined) return all;
    return remember(daysByKind, `${kind} ${day}`, () => all.filter((leaf) => leaf.kind === kind));
  };
  return (nowSeconds) => {
    const edge = Math.floor((nowSeconds - lagSeconds) / stepSeconds) * stepSeconds;
    return {
      between: (fromSecond, toSecond, kind) => {
        const slices: UsageSlice[] = [];
        const end = Math.min(toSecond, edge);
        for (let day = Math.floor(fromSecond / secondsPerDay); day * secondsPerDay < end; day += 1) {
          const startsAt = day * secondsPerDay;
          const [from, to] = [Math.max(0, fromSecond - startsAt), Math.min(secondsPerDay, end - startsAt)];
          for (const leaf of leavesOf(day, kind)) {
            const slice = sliceLeaf(revise(organization.seed, leaf, nowSeconds), from, to);
            if (slice) slices.push(slice);
          }
        }
        return slices;
      },
    };
  };
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** Three leaves in ten of a recent day are told wrong at first: mostly too little, now and then too much. */
function revise(seed: number, leaf: UsageLeaf, nowSeconds: number): UsageLeaf {
  const endedSeconds = (leaf.day + 1) * secondsPerDay;
  if (nowSeconds >= endedSeconds + settledAfterSeconds) return leaf;
  const isLate = seededRandom(seed, leaf.stream, leaf.day, 101) < 0.3;
  const settledSeconds = endedSeconds + seededRandom(seed, leaf.stream, leaf.day, 102) * settledAfterSeconds;
  if (!isLate || nowSeconds >= settledSeconds || leaf.kind === 'vector_stores') return leaf;
  const isTooMuch = seededRandom(seed, leaf.stream, leaf.day, 103) < 0.1;
  const factor = isTooMuch ? 1.02 : 0.8 + 0.18 * seededRandom(seed, leaf.stream, leaf.day, 104);
  const requests = Math.max(1, Math.floor(leaf.requests * factor));
  return { ...leaf, requests, counts: leaf.counts.map((count) => Math.floor(count * factor)) };
}
