/**
 * What we believe of a key after its last conclusive probe. `lacks-scope`, `blocked-here`, `rate-limited` and
 * `model-unavailable` are alive: OpenAI knew the key and refused this call for another reason.
 */
export const keyHealths = [
  'unknown',
  'healthy',
  'rate-limited',
  'out-of-credit',
  'limit-reached',
  'lacks-scope',
  'blocked-here',
  'model-unavailable',
  'misconfigured',
  'dead',
  'cannot-be-opened',
] as const;

export type KeyHealth = (typeof keyHealths)[number];

/** What a person is shown: health as far as it is still true, or why nothing is being measured. */
export const displayedHealths = [...keyHealths, 'inactive', 'not-probed'] as const;

export type DisplayedHealth = (typeof displayedHealths)[number];

/** Health states in which the key can't do its work and somebody should act. */
export const failingHealths: readonly KeyHealth[] = [
  'out-of-credit',
  'limit-reached',
  'blocked-here',
  'model-unavailable',
  'misconfigured',
  'dead',
  'cannot-be-opened',
];
