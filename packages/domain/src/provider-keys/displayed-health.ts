import type { DisplayedHealth } from './key-health.js';
import type { ProviderKeyView } from './provider-key.js';

/** Probes that may be missed before what the last one found is no longer shown as true. */
const missedProbesUntilStale = 2.5;
const graceMs = 60_000;

type Judged = Pick<
  ProviderKeyView,
  'isActive' | 'probeMode' | 'probeIntervalSecs' | 'health' | 'healthAt' | 'lastProbeAt' | 'nextProbeAt'
>;

/**
 * What is true of a key now: stale is not green. A finding fades to `unknown` when the prober has not confirmed it for
 * two and a half intervals, or for two and a half times the longer wait that a long-dead key is given.
 */
export function displayedHealth(key: Judged, now: Date, defaultIntervalSecs: number): DisplayedHealth {
  if (!key.isActive) return 'inactive';
  if (key.probeMode === 'off') return 'not-probed';
  if (key.healthAt === null) return key.health;
  const intervalMs = (key.probeIntervalSecs ?? defaultIntervalSecs) * 1000;
  const waitMs = key.lastProbeAt ? key.nextProbeAt.getTime() - key.lastProbeAt.getTime() : 0;
  const freshMs = missedProbesUntilStale * Math.max(intervalMs, waitMs) + graceMs;
  return now.getTime() - key.healthAt.getTime() > freshMs ? 'unknown' : key.health;
}
