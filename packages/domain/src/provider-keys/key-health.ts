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

/** The questions asked of many keys: does it work, is it held back, does it need somebody, do we know, is it off. */
export const healthGroups = ['working', 'limited', 'failing', 'unknown', 'inactive'] as const;

export type HealthGroup = (typeof healthGroups)[number];

/** Limited: OpenAI accepts the key and does not permit it what its probe asks, which its owner may have meant. */
export const groupOfHealth: Readonly<Record<DisplayedHealth, HealthGroup>> = {
  unknown: 'unknown',
  healthy: 'working',
  'rate-limited': 'working',
  'out-of-credit': 'failing',
  'limit-reached': 'failing',
  'lacks-scope': 'limited',
  'blocked-here': 'failing',
  'model-unavailable': 'failing',
  misconfigured: 'failing',
  dead: 'failing',
  'cannot-be-opened': 'failing',
  inactive: 'inactive',
  'not-probed': 'unknown',
};

/** Health states in which the key can't do its work and somebody should act. */
export const failingHealths: readonly KeyHealth[] = keyHealths.filter((health) => groupOfHealth[health] === 'failing');
