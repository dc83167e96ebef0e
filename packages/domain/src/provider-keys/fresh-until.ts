import type { ProviderKeyView } from './provider-key.js';

/** Probes that may be missed before what the last one found is no longer shown as true. */
export const missedProbesUntilStale = 2.5;
export const graceMs = 60_000;

type Timed = Pick<ProviderKeyView, 'probeIntervalSecs' | 'healthAt' | 'lastProbeAt' | 'nextProbeAt'>;

/**
 * The last instant at which a finding still counts unless a probe confirms it: two and a half intervals and a minute after
 * it, or two and a half times the longer wait that a long-dead key is given, and a minute. Null when nothing was found yet.
 */
export function freshUntil(key: Timed, defaultIntervalSecs: number): Date | null {
  if (key.healthAt === null) return null;
  const intervalMs = (key.probeIntervalSecs ?? defaultIntervalSecs) * 1000;
  const waitMs = key.lastProbeAt ? key.nextProbeAt.getTime() - key.lastProbeAt.getTime() : 0;
  const freshMs = missedProbesUntilStale * Math.max(intervalMs, waitMs) + graceMs;
  return new Date(key.healthAt.getTime() + freshMs);
}
