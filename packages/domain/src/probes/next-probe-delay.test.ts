import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyHealths } from '../provider-keys/key-health.js';
import { nextProbeDelayMs } from './next-probe-delay.js';

const policy = { intervalMs: 300_000, failuresBeforeChange: 3 };
const hourMs = 3_600_000;

test('a first bad sign is looked at again within half a minute, until it is believed or gone', () => {
  const delays = [0, 1, 2, 3, 4].map((consecutiveFailures) =>
    nextProbeDelayMs({ health: 'healthy', consecutiveFailures }, policy),
  );
  expect(delays).toEqual([300_000, 30_000, 30_000, 300_000, 300_000]);
});

test('a key that is dead for long is asked ever less often, at least every six hours', () => {
  const delays = [3, 4, 5, 6, 9, 10, 100, 1_000_000].map((consecutiveFailures) =>
    nextProbeDelayMs({ health: 'dead', consecutiveFailures }, policy),
  );
  expect(delays).toEqual([300_000, 600_000, 1_200_000, 2_400_000, 19_200_000, 6 * hourMs, 6 * hourMs, 6 * hourMs]);
});

test('a key that is bad but not dead keeps its interval, however long it lasts', () => {
  for (const health of keyHealths.filter((one) => one !== 'dead')) {
    expect(nextProbeDelayMs({ health, consecutiveFailures: 50 }, policy)).toBe(300_000);
  }
});

test('no wait is shorter than half a minute or the interval, nor longer than six hours or the interval', () => {
  const intervals = fc.integer({ min: 10_000, max: 604_800_000 });
  const failures = fc.nat({ max: 10_000 });
  fc.assert(
    fc.property(
      fc.constantFrom(...keyHealths),
      failures,
      intervals,
      fc.integer({ min: 1, max: 100 }),
      (health, consecutiveFailures, intervalMs, failuresBeforeChange) => {
        const delayMs = nextProbeDelayMs({ health, consecutiveFailures }, { intervalMs, failuresBeforeChange });
        expect(delayMs).toBeGreaterThanOrEqual(Math.min(intervalMs, 30_000));
        expect(delayMs).toBeLessThanOrEqual(Math.max(intervalMs, 6 * hourMs));
      },
    ),
  );
});
