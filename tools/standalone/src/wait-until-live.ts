import { setTimeout as sleep } from 'node:timers/promises';
import { StandaloneError } from './standalone-error.js';

const everyMs = 50;

/**
 * Asks `url` until it answers 200.
 * @throws StandaloneError when it does not within the time, and the signal's reason when that is aborted
 */
export async function waitUntilLive(url: string, options: { withinMs: number; signal: AbortSignal }): Promise<void> {
  const deadline = performance.now() + options.withinMs;
  while (!(await answers(url))) {
    options.signal.throwIfAborted();
    if (performance.now() > deadline) {
      throw new StandaloneError(`The api did not answer at ${url} within ${options.withinMs / 1000} s.`);
    }
    await sleep(everyMs);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
