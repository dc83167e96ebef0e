import { setMaxListeners } from 'node:events';

/** How a piece of work ended: itself, by the deadline, or by its own failure. */
export type Ending<T> = { kind: 'done'; value: T } | { kind: 'late' } | { kind: 'failed'; error: unknown };

/**
 * Runs `work` with a signal that aborts after `deadlineMs` or when the caller's `signal` does.
 * Rejects only with the caller's abort reason. The caller's signal may live as long as the process: nothing stays
 * attached to it (in Node 20 `AbortSignal.any` on such a signal leaks).
 */
export async function runWithDeadline<T>(
  options: { deadlineMs: number; signal?: AbortSignal | undefined },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Ending<T>> {
  const { deadlineMs, signal } = options;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    controller.abort();
  }, deadlineMs);
  if (signal) {
    // Hundreds of runs share one signal; Node's warning beyond ten listeners is about leaks, and these are removed.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', abort, { once: true });
  }
  try {
    return { kind: 'done', value: await work(controller.signal) };
  } catch (error) {
    signal?.throwIfAborted();
    return isLate ? { kind: 'late' } : { kind: 'failed', error };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
