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
