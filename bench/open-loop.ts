import { setTimeout as delay } from 'node:timers/promises';

/** In milliseconds. */
export interface Latencies {
  p50: number;
  p95: number;
  p99: number;
}

/**
 * Begins `perSecond` times a second for `secs` seconds, whether or not what began before has ended: a slow answer does
 * not slow the load. Each is timed from when it was due, so that waiting for its turn counts; what fails never ends.
 */
export async function openLoop(
  begin: () => Promise<unknown>,
  { perSecond, secs }: { perSecond: number; secs: number },
): Promise<Latencies> {
  const latencies: number[] = [];
  const underWay: Promise<void>[] = [];
  const startedAt = performance.now();
  const run = async (dueAt: number) => {
    const isDone = await begin().then(
      () => true,
      () => false,
    );
    latencies.push(isDone ? performance.now() - dueAt : Number.POSITIVE_INFINITY);
  };
  for (let turn = 0; turn < perSecond * secs; turn += 1) {
    const dueAt = startedAt + (turn * 1000) / perSecond;
    const early = dueAt - performance.now();
    if (early > 0) await delay(early);
    underWay.push(run(dueAt));
  }
  await Promise.all(underWay);
  return summarize(latencies);
}

function summarize(latencies: number[]): Latencies {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
