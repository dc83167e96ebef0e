import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { runWithDeadline } from './run-with-deadline.js';

/** Work that ends only when its signal aborts, as a fetch does. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
}

describe('runWithDeadline', () => {
  it('hands on a value and a failure as they are', async () => {
    const error = new Error('broken');
    expect(await runWithDeadline({ deadlineMs: 1000 }, async () => 7)).toEqual({ kind: 'done', value: 7 });
    expect(await runWithDeadline({ deadlineMs: 1000 }, () => Promise.reject(error))).toEqual({ kind: 'failed', error });
  });

  it('aborts the work at the deadline and calls it late', async () => {
    expect(await runWithDeadline({ deadlineMs: 10 }, untilAborted)).toEqual({ kind: 'late' });
  });

  it('rejects with the reason of the caller, whose abort is not lateness', async () => {
    const stop = new AbortController();
    const pending = runWithDeadline({ deadlineMs: 1000, signal: stop.signal }, untilAborted);
    stop.abort(new Error('stopping'));
    await expect(pending).rejects.toThrow('stopping');
  });

  it('leaves nothing on a signal that outlives it', async () => {
    const { signal } = new AbortController();
    await runWithDeadline({ deadlineMs: 1000, signal }, async () => 7);
    await runWithDeadline({ deadlineMs: 5, signal }, untilAborted);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
