/** What one probe found. Kebab-case, stored and shown as is: renaming one is a migration. */
export const probeOutcomes = [
  'ok',
  'rate-limited',
  'quota-exhausted',
  'limit-reached',
  'missing-scope',
  'blocked-here',
  'model-unavailable',
  'request-refused',
  'invalid-key',
  'account-deactivated',
  'membership-lost',
  'provider-error',
  'timeout',
  'network-error',
  'cannot-open',
] as const;

export type ProbeOutcome = (typeof probeOutcomes)[number];

/**
 * What an outcome says of the key.
 * - `usable`: it did what it is for.
 * - `alive`: the provider knows the key and refuses this use of it; something else needs mending.
 * - `dead`: no request with it can succeed again.
 * - `unknown`: nothing was learned; the last known state stands and grows old.
 */
export type ProbeVerdict = 'usable' | 'alive' | 'dead' | 'unknown';

export interface OutcomeTraits {
  verdict: ProbeVerdict;
  /** It may pass without anybody doing anything, so one occurrence is no reason to wake somebody. */
  isTransient: boolean;
}

function lasting(verdict: ProbeVerdict): OutcomeTraits {
  return { verdict, isTransient: false };
}

function passing(verdict: ProbeVerdict): OutcomeTraits {
  return { verdict, isTransient: true };
}

export const outcomeTraits: Readonly<Record<ProbeOutcome, OutcomeTraits>> = {
  ok: lasting('usable'),
  'rate-limited': passing('alive'),
  'quota-exhausted': lasting('alive'),
  'limit-reached': lasting('alive'),
  'missing-scope': lasting('alive'),
  'blocked-here': lasting('alive'),
  'model-unavailable': lasting('alive'),
  // A 400 may come before the key is looked at, so it proves neither life nor death.
  'request-refused': lasting('unknown'),
  'invalid-key': lasting('dead'),
  'account-deactivated': lasting('dead'),
  'membership-lost': lasting('dead'),
  'provider-error': passing('unknown'),
  timeout: passing('unknown'),
  'network-error': passing('unknown'),
  'cannot-open': lasting('unknown'),
};
