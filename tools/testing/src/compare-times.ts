/**
 * How far apart two waits may lie for what is in between to be noise: one query more would be further, even where a whole
 * page is drawn.
 */
const noise = 1.15;
const samplesOfRound = 40;
/** A busy machine may be unfair for a while; what really differs goes on to differ. */
const rounds = 8;

/**
 * The ratio of two waits, the slower to the faster, of samples that take turns: as many as are needed for it to be within
 * noise, and at most eight rounds of forty each. Compared are lower quartiles, as whatever else a machine does only adds.
 */
export async function compareTimes(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<{ ratio: number; isNoise: boolean }> {
  const times: [number[], number[]] = [[], []];
  let ratio = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && ratio > noise; round += 1) {
    await addSamples(times, one, other);
    const [a, b] = times.map(lowerQuartile) as [number, number];
    ratio = Math.max(a, b) / Math.min(a, b);
  }
  return { ratio, isNoise: ratio <= noise };
}

async function addSamples(
  times: [number[], number[]],
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<void> {
  for (let sample = 0; sample < samplesOfRound; sample += 1) {
    const isTurned = sample % 2 === 1;
    const first = await timeOf(isTurned ? other : one);
    const second = await timeOf(isTurned ? one : other);
    times[0].push(isTurned ? second : first);
    times[1].push(isTurned ? first : second);
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function lowerQuartile(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? 0;
}
