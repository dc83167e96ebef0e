import type { DisplayedHealth } from '#domain/provider-keys/key-health.js';
import type { OnlyListedReason } from '#domain/probes/why-only-listed.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';

/** What a badge can say: what the domain judges, and of a healthy key what only a reader minds. */
export type ShownState = DisplayedHealth | 'slow' | OnlyListedReason;

export type Tone = 'ok' | 'warn' | 'bad' | 'muted';
/** What the reader can press about it. `none` where time or someone else has to act. */
export type AdvisedAction = 'test' | 'replace-secret' | 'edit' | 'activate' | 'none';

export interface Advice {
  /** Name of the icon in the sprite. */
  icon: string;
  /** One or two words for a badge. */
  word: string;
  tone: Tone;
  /** A full sentence about the reader's key. */
  title: string;
  /** What to do next, in plain words. */
  todo: string;
  action: AdvisedAction;
}

const deadKey = {
  icon: 'dead',
  tone: 'bad',
  action: 'replace-secret',
} as const;
const nothingProven = { icon: 'unknown', tone: 'muted', action: 'test' } as const;

const modelNotAsked = {
  icon: 'model',
  word: 'Model not asked',
  tone: 'warn',
  title: 'This key is alive, but its model is not asked.',
  action: 'edit',
} as const;

const outOfCredit: Advice = {
  icon: 'credit',
  word: 'Out of credit',
  tone: 'bad',
  title: 'This key is out of credit.',
  todo: 'Add credit at OpenAI, then test it again. After a top-up it can take some minutes until OpenAI notices.',
  action: 'test',
};
const lacksScope: Advice = {
  icon: 'scope',
  word: 'Lacks scope',
  tone: 'warn',
  title: 'This key is alive, but may not do what the probe asks of it.',
  todo: 'Allow it the missing permission at OpenAI, or switch its probe to one that it may do.',
  action: 'edit',
};
const misconfigured: Advice = {
  icon: 'misconfigured',
  word: 'Misconfigured',
  tone: 'warn',
  title: 'OpenAI does not accept the request that the probe sends.',
  todo: 'Choose another model for the probe. The page of the key shows what OpenAI said.',
  action: 'edit',
};
const cannotBeOpened: Advice = {
  icon: 'sealed',
  word: 'Cannot be opened',
  tone: 'bad',
  title: 'The stored secret cannot be opened with this installation’s master key.',
  todo: 'Start Keyledger with the master key it was stored under, or replace the secret.',
  action: 'replace-secret',
};

/**
 * Everything a key can be, and everything a probe can find, in the reader's words.
 * Meanings follow OpenAI's error-code guide: a 401 for a missing scope is alive, a 429 without credit is not dead.
 */
export const outcomeAdvice: Record<ShownState | ProbeOutcome, Advice> = {
  healthy: {
    icon: 'healthy',
    word: 'Healthy',
    tone: 'ok',
    title: 'This key works.',
    todo: 'Nothing to do.',
    action: 'none',
  },
  ok: {
    icon: 'healthy',
    word: 'Answered',
    tone: 'ok',
    title: 'The key answered.',
    todo: 'Nothing to do.',
    action: 'none',
  },
  slow: {
    icon: 'slow',
    word: 'Slow',
    tone: 'warn',
    title: 'This key works, but answers slowly.',
    todo: 'Usually this passes by itself. If it stays, look at OpenAI’s status page or try another model.',
    action: 'test',
  },
  'no-price': {
    ...modelNotAsked,
    todo:
      'Its model has no price, so only the list of models is asked, and neither credit nor model is tested. ' +
      'Set a price of your own for it on the page Prices, or choose another model.',
  },
  'cap-too-low': {
    ...modelNotAsked,
    todo:
      'One test costs more than it may a day, so only the list of models is asked, and neither credit nor model is ' +
      'tested. Let it spend more a day, or choose another model.',
  },
  'rate-limited': {
    icon: 'slow',
    word: 'Rate limited',
    tone: 'warn',
    title: 'This key works, but is being used faster than OpenAI allows.',
    todo: 'Send fewer requests with it, or ask OpenAI for a higher limit. It recovers by itself within minutes.',
    action: 'test',
  },
  'out-of-credit': outOfCredit,
  'quota-exhausted': outOfCredit,
  'limit-reached': {
    icon: 'limit',
    word: 'Limit reached',
    tone: 'bad',
    title: 'A spend limit at OpenAI has been reached.',
    todo: 'Raise the limit of the project or organization at OpenAI, or wait until its period ends. Then test again.',
    action: 'test',
  },
  'lacks-scope': lacksScope,
  'missing-scope': lacksScope,
  'blocked-here': {
    icon: 'blocked',
    word: 'Blocked here',
    tone: 'warn',
    title: 'This key is alive, but OpenAI refuses it from this address or region.',
    todo: 'Add this server’s address to the allowed addresses at OpenAI, or run Keyledger where the key may be used.',
    action: 'test',
  },
  'model-unavailable': {
    icon: 'model',
    word: 'No such model',
    tone: 'warn',
    title: 'This key is alive, but may not use the model it is probed with.',
    todo: 'Choose another model for the probe, or give its project access to this one at OpenAI.',
    action: 'edit',
  },
  misconfigured,
  'request-refused': misconfigured,
  dead: {
    ...deadKey,
    word: 'Dead',
    title: 'OpenAI refuses this key.',
    todo: 'It was revoked or deleted, or never complete. Make a new one at OpenAI and replace the secret here.',
  },
  'invalid-key': {
    ...deadKey,
    word: 'Invalid key',
    title: 'OpenAI does not know this key.',
    todo: 'It was revoked or deleted, or never complete. Make a new one at OpenAI and replace the secret here.',
  },
  'account-deactivated': {
    ...deadKey,
    word: 'Account closed',
    title: 'The OpenAI account behind this key was deactivated.',
    todo: 'Ask its owner, or replace the secret with a key of another account.',
  },
  'membership-lost': {
    ...deadKey,
    word: 'Membership lost',
    title: 'The owner of this key is no longer a member of its OpenAI organization.',
    todo: 'Have them invited again, or replace the secret with a key of somebody who is a member.',
  },
  unknown: {
    ...nothingProven,
    word: 'Unknown',
    title: 'We do not know how this key is right now.',
    todo: 'Its last test is too old to count, or there was none. Test it now.',
  },
  'provider-error': {
    ...nothingProven,
    word: 'OpenAI error',
    title: 'OpenAI had trouble of its own, so the test proved nothing.',
    todo: 'Wait a little; the next test comes by itself.',
  },
  timeout: {
    ...nothingProven,
    word: 'No answer',
    title: 'OpenAI did not answer in time, so the test proved nothing.',
    todo: 'If it keeps happening, look at this server’s network and at OpenAI’s status page.',
  },
  'network-error': {
    ...nothingProven,
    word: 'Not reached',
    title: 'OpenAI could not be reached, so the test proved nothing.',
    todo: 'Check this server’s network, proxy and DNS.',
  },
  'cannot-be-opened': cannotBeOpened,
  'cannot-open': cannotBeOpened,
  'not-probed': {
    icon: 'unknown',
    word: 'Not tested',
    tone: 'muted',
    title: 'This key is stored, but its probe is switched off.',
    todo: 'Switch a probe on to see whether it works. Listing models is free.',
    action: 'edit',
  },
  inactive: {
    icon: 'inactive',
    word: 'Inactive',
    tone: 'muted',
    title: 'This key is switched off. It is stored, but not tested.',
    todo: 'Activate it to test it again.',
    action: 'activate',
  },
};
