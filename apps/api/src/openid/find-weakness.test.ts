import { expect, test } from 'vitest';
import { findWeakness, type RequiredStrength } from './find-weakness.js';

const now = new Date('2026-11-21T12:00:00Z');
const nowSecs = now.getTime() / 1000;

function isStrongEnough(claims: Record<string, unknown>, demanded: Partial<RequiredStrength>): boolean {
  const required = { requiredAcr: [], requiredAmr: [], maxAgeSecs: null, ...demanded };
  return findWeakness(claims, required, { now, provider: 'id.example.com' }) === null;
}

test('where nothing is demanded every sign-in counts', () => {
  expect(isStrongEnough({}, {})).toBe(true);
});

test.each([
  [{ acr: 'gold' }, true],
  [{ acr: 'platinum' }, true],
  [{ acr: 'silver' }, false],
  [{ acr: 'Gold' }, false],
  [{ acr: 'gold platinum' }, false],
  [{ acr: ['gold'] }, false],
  [{ acr: null }, false],
  [{ amr: ['gold'] }, false],
  [{}, false],
])('of a level only one of those that are demanded counts: %j', (claims, counts) => {
  expect(isStrongEnough(claims, { requiredAcr: ['gold', 'platinum'] })).toBe(counts);
});

test.each([
  [{ amr: ['pwd', 'mfa'] }, true],
  [{ amr: ['hwk'] }, true],
  [{ amr: ['pwd'] }, false],
  [{ amr: [] }, false],
  [{ amr: 'mfa' }, false],
  [{ amr: [['mfa']] }, false],
  [{ acr: 'mfa' }, false],
  [{}, false],
])('of methods one of those that are demanded has to be among them: %j', (claims, counts) => {
  expect(isStrongEnough(claims, { requiredAmr: ['mfa', 'hwk'] })).toBe(counts);
});

test.each([
  [{ auth_time: nowSecs }, true],
  [{ auth_time: nowSecs - 900 - 30 }, true],
  [{ auth_time: nowSecs - 900 - 31 }, false],
  [{ auth_time: nowSecs + 30 }, true],
  [{ auth_time: nowSecs + 31 }, false],
  [{ auth_time: nowSecs * 1000 }, false],
  [{ auth_time: String(nowSecs) }, false],
  [{ auth_time: null }, false],
  [{}, false],
])('a time has to be in the last 900 s, give or take 30 s of a clock: %j', (claims, counts) => {
  expect(isStrongEnough(claims, { maxAgeSecs: 900 })).toBe(counts);
});

test('of several demands each has to be met, and those that are not are named, with what to do and where', () => {
  const required = { requiredAcr: ['gold', '2'], requiredAmr: ['mfa'], maxAgeSecs: 900 };
  const strong = { acr: '2', amr: ['mfa'], auth_time: nowSecs };
  const wordsFor = (claims: object) =>
    findWeakness({ ...strong, ...claims }, required, { now, provider: 'id.example.com' })?.detail;
  expect(wordsFor({})).toBeUndefined();
  expect(wordsFor({ acr: '1' })).toContain(
    'id.example.com does not show that you signed in there at the level gold or 2,',
  );
  expect(wordsFor({ amr: [], auth_time: 0 })).toContain('there with mfa and no longer than 900 seconds ago, as');
});

test('what the log is told of a token has an end, however many methods the token names', () => {
  const amr = Array.from({ length: 10_000 }, () => 'pwd');
  const required = { requiredAcr: [], requiredAmr: ['mfa'], maxAgeSecs: null };
  const weakness = findWeakness({ amr }, required, { now, provider: 'id.example.com' });
  expect(String(weakness?.cause).length).toBeLessThan(600);
});
