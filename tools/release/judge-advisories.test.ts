import { expect, test } from 'vitest';
import type { Advisory } from './ask-audit.js';
import { judgeAdvisories } from './judge-advisories.js';

const sings = { id: 'GHSA-aaaa-bbbb-cccc', package: 'bird', severity: 'low', text: 'bird: low, It sings' } as const;
const bites = { id: 'GHSA-dddd-eeee-ffff', package: 'bird', severity: 'high', text: 'bird: high, It bites' } as const;
const exception = {
  advisory: sings.id,
  package: 'bird',
  reason: 'Nobody hears it',
  since: '2026-11-21',
  until: '2026-12-01',
};
const judge = (advisories: Advisory[], exceptions: unknown) =>
  judgeAdvisories(advisories, exceptions, new Date('2026-11-21T23:59:59Z'));

test('an exception excuses its own advisory against its own package, and nothing else', () => {
  expect(judge([sings], [exception])).toEqual({
    excused: ['bird: low, It sings: Nobody hears it (until 2026-12-01)'],
    faults: [],
  });
  expect(judge([sings, bites], [exception]).faults).toEqual([bites.text]);
});

test.each([
  ['no reason', { reason: undefined }, /^exception 0\.reason: /],
  ['an empty reason', { reason: '  ' }, /^exception 0\.reason: has to say why$/],
  ['no last day', { until: undefined }, /^exception 0\.until: has to be a day/],
  ['a last day that is none', { until: '2026-02-30' }, /^exception 0\.until: has to be a day/],
  ['a last day that is over', { until: '2026-11-20' }, /bird, GHSA-aaaa-bbbb-cccc, ended on 2026-11-20$/],
  ['no first day', { since: undefined }, /^exception 0\.since: has to be a day/],
  ['a first day to come', { since: '2026-11-22' }, /begins on 2026-11-22, which is to come$/],
  ['a last day in the next century', { until: '2126-01-01' }, /what is low is mended within 365 days, by 2027-11-21$/],
  ['a word that means nothing', { severity: 'low' }, /severity/],
  ['another advisory', { advisory: bites.id }, /for bird, GHSA-dddd-eeee-ffff, is not needed any more$/],
  ['another package', { package: 'tree' }, /for tree, GHSA-aaaa-bbbb-cccc, is not needed any more$/],
])('an exception with %s is a fault itself', (_what, change, words) => {
  expect(judge([sings], [{ ...exception, ...change }]).faults.join('\n')).toMatch(words);
});

test.each([
  ['critical', '2026-11-28', '2026-11-29'],
  ['high', '2026-12-21', '2026-12-22'],
  ['moderate', '2027-02-19', '2027-02-20'],
  ['low', '2027-11-21', '2027-11-22'],
] as const)('what is %s is left alone until %s at most, from when it was known', (severity, last, tooLate) => {
  const faults = (until: string) => judge([{ ...sings, severity }], [{ ...exception, until }]).faults;
  expect(faults(last)).toEqual([]);
  expect(faults(tooLate)).toEqual([expect.stringContaining(`${severity} is mended within`)]);
});

test('an exception that nothing needs any more is a fault, so that the list says what is so', () => {
  expect(judge([], [exception])).toEqual({ excused: [], faults: [expect.stringMatching(/is not needed any more$/)] });
});

test('what is no list of exceptions excuses nothing', () => {
  expect(judge([sings], { GHSA: true }).faults).not.toEqual([]);
});
