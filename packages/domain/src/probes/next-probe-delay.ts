import type { HealthRecord } from './next-health.js';

const recheckMs = 30_000;
const longestWaitMs = 6 * 3_600_000;

/**
 * How long to wait after a finding, before jitter. A first bad sign is looked at again soon, so that a key that really
 * died is known within a minute or two; one that has been dead for long is asked ever less often, at least every 6 h.
 */
export function nextProbeDelayMs(
  after: Pick<HealthRecord, 'health' | 'consecutiveFailures'>,
  { intervalMs, failuresBeforeChange }: { intervalMs: number; failuresBeforeChange: number },
): number {
  const suspected = after.consecutiveFailures > 0 && after.consecutiveFailures < failuresBeforeChange;
  if (suspected) return Math.min(intervalMs, recheckMs);
  if (after.health !== 'dead') return intervalMs;
  const doublings = Math.min(after.consecutiveFailures - failuresBeforeChange, 20);
  return Math.max(intervalMs, Math.min(intervalMs * 2 ** Math.max(doublings, 0), longestWaitMs));
}
