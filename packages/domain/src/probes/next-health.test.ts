import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ProbeOutcome, probeOutcomes } from '#openai/probe-outcome.js';
import { failingHealths, type KeyHealth } from '../provider-keys/key-health.js';
import { type HealthRecord, nextHealth } from './next-health.js';

const start = new Date('2026-11-20T12:00:00Z');
const k = 3;
const unknown: HealthRecord = {
  health: 'unknown',
  healthSince: start,
  healthAt: null,
  consecutiveFailures: 0,
  lastOutcome: null,
};
const healthy: HealthRecord = { ...unknown, health: 'healthy', healthAt: start, lastOutcome: 'ok' };
const minute = (n: number) => new Date(start.getTime() + n * 60_000);

/** The records after each outcome, one a minute. */
function after(before: HealthRecord, ...outcomes: ProbeOutcome[]): HealthRecord[] {
  let record = before;
  return outcomes.map((outcome, index) => (record = nextHealth(record, { outcome, at: minute(index + 1) }, k)));
}

const healthsAfter = (before: HealthRecord, ...outcomes: ProbeOutcome[]) =>
  after(before, ...outcomes).map(({ health }) => health);

const trouble: ProbeOutcome[] = ['provider-error', 'timeout', 'network-error'];

test.each<[ProbeOutcome, KeyHealth]>([
  ['ok', 'healthy'],
  ['rate-limited', 'rate-limited'],
  ['quota-exhausted', 'out-of-credit'],
  ['limit-reached', 'limit-reached'],
  ['missing-scope', 'lacks-scope'],
  ['blocked-here', 'blocked-here'],
  ['model-unavailable', 'model-unavailable'],
  ['request-refused', 'misconfigured'],
  ['invalid-key', 'dead'],
  ['account-deactivated', 'dead'],
  ['membership-lost', 'dead'],
  ['cannot-open', 'cannot-be-opened'],
  ['provider-error', 'unknown'],
  ['timeout', 'unknown'],
  ['network-error', 'unknown'],
])('of a key of which nothing is known, one %s says at once that it is %s', (outcome, health) => {
  expect(healthsAfter(unknown, outcome)).toEqual([health]);
});

test('only what is dead to OpenAI is shown dead, and only what worked is shown healthy', () => {
  const shownAs = (health: KeyHealth) =>
    probeOutcomes.filter((outcome) => healthsAfter(unknown, outcome)[0] === health);
  expect(shownAs('dead')).toEqual(['invalid-key', 'account-deactivated', 'membership-lost']);
  expect(shownAs('healthy')).toEqual(['ok']);
});

test.each(probeOutcomes.filter((outcome) => !['ok', 'cannot-open', ...trouble].includes(outcome)))(
  'two %s in a row leave a healthy key healthy, the third does not',
  (outcome) => {
    const healths = healthsAfter(healthy, outcome, outcome, outcome);
    expect(healths.slice(0, 2)).toEqual(['healthy', 'healthy']);
    expect(healths[2]).toBe(healthsAfter(unknown, outcome)[0]);
  },
);

test('an ok between them starts the count anew', () => {
  expect(healthsAfter(healthy, 'invalid-key', 'invalid-key', 'ok', 'invalid-key', 'invalid-key')).toEqual(
    Array.from({ length: 5 }, () => 'healthy'),
  );
});

test('different bad news does not add up: a limited key is not dead by the first refusal', () => {
  const limited = after(healthy, 'rate-limited', 'rate-limited', 'rate-limited').at(-1) ?? healthy;
  expect(limited).toMatchObject({ health: 'rate-limited', consecutiveFailures: 3 });
  const news = after(limited, 'invalid-key', 'invalid-key', 'invalid-key');
  expect(news.map(({ health }) => health)).toEqual(['rate-limited', 'rate-limited', 'dead']);
  expect(news.map(({ consecutiveFailures }) => consecutiveFailures)).toEqual([1, 2, 3]);
  expect(healthsAfter(healthy, 'rate-limited', 'rate-limited', 'invalid-key')).toEqual(Array(3).fill('healthy'));
});

test('what says the same of a key adds up, whatever its words', () => {
  expect(healthsAfter(healthy, 'invalid-key', 'account-deactivated', 'membership-lost')[2]).toBe('dead');
});

test('provider trouble in between neither adds to a count nor breaks it', () => {
  expect(healthsAfter(healthy, 'invalid-key', 'timeout', 'invalid-key', 'provider-error', 'invalid-key')).toEqual([
    'healthy',
    'healthy',
    'healthy',
    'healthy',
    'dead',
  ]);
});

test('a key that the vault cannot open is shown so at once, and never healthy', () => {
  expect(healthsAfter(healthy, 'cannot-open')).toEqual(['cannot-be-opened']);
});

test('a health holds since it began and is as old as its last proof', () => {
  const [first, second, third] = after(healthy, 'ok', 'timeout', 'ok');
  expect([first?.healthAt, second?.healthAt, third?.healthAt]).toEqual([minute(1), minute(1), minute(3)]);
  expect(third?.healthSince).toEqual(start);
  const doubted = after(healthy, 'invalid-key')[0];
  expect(doubted).toMatchObject({ healthSince: start, healthAt: start });
  expect(after(healthy, 'invalid-key', 'invalid-key', 'invalid-key')[2]).toMatchObject({
    healthSince: minute(3),
    healthAt: minute(3),
  });
});

const histories = fc.array(fc.constantFrom(...probeOutcomes), { maxLength: 40 });
const thresholds = fc.integer({ min: 1, max: 6 });

function replay(outcomes: readonly ProbeOutcome[], failuresBeforeChange: number): HealthRecord {
  return outcomes.reduce(
    (record, outcome, index) => nextHealth(record, { outcome, at: minute(index + 1) }, failuresBeforeChange),
    unknown,
  );
}

test('after any history, provider trouble changes nothing that is shown', () => {
  fc.assert(
    fc.property(histories, thresholds, fc.constantFrom(...trouble), (outcomes, threshold, outcome) => {
      const before = replay(outcomes, threshold);
      expect(nextHealth(before, { outcome, at: minute(99) }, threshold)).toEqual({ ...before, lastOutcome: outcome });
    }),
  );
});

test('after any history, one ok heals', () => {
  fc.assert(
    fc.property(histories, thresholds, (outcomes, threshold) => {
      const healed = nextHealth(replay(outcomes, threshold), { outcome: 'ok', at: minute(99) }, threshold);
      expect(healed).toMatchObject({ health: 'healthy', healthAt: minute(99), consecutiveFailures: 0 });
    }),
  );
});

test('after any history that ends with an ok, fewer than the threshold of bad news never turn a key', () => {
  const badNews = fc.constantFrom(...probeOutcomes.filter((outcome) => !['ok', 'cannot-open'].includes(outcome)));
  fc.assert(
    fc.property(histories, fc.array(badNews, { maxLength: 5 }), (outcomes, news) => {
      expect(failingHealths).not.toContain(replay([...outcomes, 'ok', ...news], news.length + 1).health);
    }),
  );
});
