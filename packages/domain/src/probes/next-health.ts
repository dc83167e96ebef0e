import type { ProbeOutcome } from '#openai/probe-outcome.js';
import type { KeyHealth } from '../provider-keys/key-health.js';

export interface HealthRecord {
  health: KeyHealth;
  healthSince: Date;
  healthAt: Date | null;
  /** Findings in a row that said the same bad thing; those that say nothing of the key neither add nor break the row. */
  consecutiveFailures: number;
  /** Of the last finding of all, telling or not. */
  lastOutcome: ProbeOutcome | null;
}

/** What an outcome says of the key itself; null when it says nothing, because OpenAI or the network was in trouble. */
const indicatedHealth: Record<ProbeOutcome, KeyHealth | null> = {
  ok: 'healthy',
  'rate-limited': 'rate-limited',
  'quota-exhausted': 'out-of-credit',
  'limit-reached': 'limit-reached',
  'missing-scope': 'lacks-scope',
  'blocked-here': 'blocked-here',
  'model-unavailable': 'model-unavailable',
  'request-refused': 'misconfigured',
  'invalid-key': 'dead',
  'account-deactivated': 'dead',
  'membership-lost': 'dead',
  'provider-error': null,
  timeout: null,
  'network-error': null,
  'cannot-open': 'cannot-be-opened',
};

/**
 * The health after one more finding. Good news counts at once, bad news after `failuresBeforeChange` of the same in a
 * row, as one bad signal has disabled many good keys. Two exceptions: nothing was known yet, or the vault itself cannot
 * open the key, which no repetition makes truer. Provider trouble changes nothing, so the last state stays and grows old.
 */
export function nextHealth(
  before: HealthRecord,
  finding: { outcome: ProbeOutcome; at: Date },
  failuresBeforeChange: number,
): HealthRecord {
  const indicated = indicatedHealth[finding.outcome];
  const lastOutcome = finding.outcome;
  if (indicated === null) return { ...before, lastOutcome };
  const consecutiveFailures = indicated === 'healthy' ? 0 : 1 + sameBefore(before, indicated);
  const believed =
    indicated === 'healthy' ||
    indicated === 'cannot-be-opened' ||
    before.health === 'unknown' ||
    consecutiveFailures >= failuresBeforeChange;
  if (!believed) return { ...before, consecutiveFailures, lastOutcome };
  const changed = indicated !== before.health;
  return {
    health: indicated,
    healthSince: changed ? finding.at : before.healthSince,
    healthAt: finding.at,
    consecutiveFailures,
    lastOutcome,
  };
}

/** How many findings in a row said this before; none when the last one said another thing. */
function sameBefore(before: HealthRecord, indicated: KeyHealth): number {
  const saidBefore = before.lastOutcome === null ? null : indicatedHealth[before.lastOutcome];
  return saidBefore === null || saidBefore === indicated ? before.consecutiveFailures : 0;
}
