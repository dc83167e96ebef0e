/** How far apart two medians may lie for what is in between to be noise: a query of its own would be more. */
const noise = 1.5;
const samples = 30;
/** A busy machine may be unfair once; what really differs differs each time. */
const rounds = 5;

/**
 * The ratio of the medians of two waits, the slower to the faster, of samples that take turns; the smallest of some
 * rounds, as far as they are needed for it to be within noise.
 */
export async function compareTimes(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<{ ratio: number; isNoise: boolean }> {
  let ratio = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && ratio > noise; round += 1) {
    ratio = Math.min(ratio, await compareOnce(one, other));
  }
  return { ratio, isNoise: ratio <= noise };
}

async function compareOnce(one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (let sample = 0; sample < samples; sample += 1) {
    const isTurned = sample % 2 === 1;
    const first = await timeOf(isTurned ? other : one);
    const second = await timeOf(isTurned ? one : other);
    times[0].push(isTurned ? second : first);
    times[1].push(isTurned ? first : second);
  }
  const [a, b] = times.map(median) as [number, number];
  return Math.max(a, b) / Math.min(a, b);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
