import { freshUntil } from './fresh-until.js';
import type { DisplayedHealth } from './key-health.js';
import type { ProviderKeyView } from './provider-key.js';

type Judged = Pick<ProviderKeyView, 'isActive' | 'probeMode' | 'health'> & Parameters<typeof freshUntil>[0];

/** What is true of a key now: stale is not green, and a finding fades to `unknown` after `freshUntil`. */
export function displayedHealth(key: Judged, now: Date, defaultIntervalSecs: number): DisplayedHealth {
  if (!key.isActive) return 'inactive';
  if (key.probeMode === 'off') return 'not-probed';
  const until = freshUntil(key, defaultIntervalSecs);
  return until !== null && now > until ? 'unknown' : key.health;
}
