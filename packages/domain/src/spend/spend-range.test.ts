import { describe, expect, test } from 'vitest';
import { countDays, daysOf } from './local-days.js';
import { rangeFault, resolveSpendRange, type SpendRange, spendRanges } from './spend-range.js';

const resolve = (range: SpendRange, now: string, zone = 'UTC') => {
  const { fromDay, toDay, before } = resolveSpendRange({ range, now: new Date(now), zone });
  return [fromDay, toDay, before.fromDay, before.toDay];
};

describe('in the middle of a month', () => {
  test.each([
    ['today', ['2026-11-21', '2026-11-21', '2026-11-20', '2026-11-20']],
    ['yesterday', ['2026-11-20', '2026-11-20', '2026-11-19', '2026-11-19']],
    ['last-7-days', ['2026-11-15', '2026-11-21', '2026-11-08', '2026-11-14']],
    ['last-30-days', ['2026-10-23', '2026-11-21', '2026-09-23', '2026-10-22']],
    ['this-month', ['2026-11-01', '2026-11-21', '2026-10-01', '2026-10-21']],
    ['last-month', ['2026-10-01', '2026-10-31', '2026-09-01', '2026-09-30']],
  ] as const)('%s is %j', (range, expected) => {
    expect(resolve(range, '2026-11-21T12:00:00Z')).toEqual(expected);
  });
});

test('the days are those of the zone, at both ends of the world', () => {
  const now = '2026-11-30T23:30:00Z';
  expect(resolve('today', now, 'Pacific/Kiritimati')[0]).toBe('2026-12-01');
  expect(resolve('this-month', now, 'Pacific/Kiritimati')).toEqual([
    '2026-12-01',
    '2026-12-01',
    '2026-11-01',
    '2026-11-01',
  ]);
  expect(resolve('last-month', now, 'Pacific/Kiritimati')[0]).toBe('2026-11-01');
  expect(resolve('today', now, 'Pacific/Pago_Pago')[0]).toBe('2026-11-30');
});

test('where the clock is put on or back, a range still has whole days and none twice', () => {
  // Berlin, 25 October (25 hours) and 29 March (23 hours), at both of their midnights.
  for (const now of ['2026-10-25T22:59:59Z', '2026-10-24T22:00:00Z']) {
    expect(resolve('last-7-days', now, 'Europe/Berlin').slice(0, 2)).toEqual(['2026-10-19', '2026-10-25']);
  }
  for (const now of ['2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z']) {
    expect(resolve('last-7-days', now, 'Europe/Berlin').slice(0, 2)).toEqual(['2026-03-23', '2026-03-29']);
  }
});

test('on the last days of a long month, this month is compared with the whole of a shorter one', () => {
  expect(resolve('this-month', '2026-03-28T12:00:00Z').slice(2)).toEqual(['2026-02-01', '2026-02-28']);
  expect(resolve('this-month', '2026-03-31T12:00:00Z').slice(2)).toEqual(['2026-02-01', '2026-02-28']);
  expect(resolve('this-month', '2028-03-31T12:00:00Z').slice(2)).toEqual(['2028-02-01', '2028-02-29']);
});

test('the turn of a year is no boundary', () => {
  expect(resolve('last-month', '2027-01-01T00:00:00Z')).toEqual([
    '2026-12-01',
    '2026-12-31',
    '2026-11-01',
    '2026-11-30',
  ]);
  expect(resolve('this-month', '2027-01-02T00:00:00Z')[2]).toBe('2026-12-01');
});

test('a custom range is what was given, compared with as many days before', () => {
  const custom = (fromDay?: string, toDay?: string) => {
    const given = { range: 'custom', now: new Date('2026-11-21T12:00:00Z'), zone: 'UTC', fromDay, toDay } as const;
    const { fromDay: from, toDay: to, before } = resolveSpendRange(given);
    return [from, to, before.fromDay, before.toDay];
  };
  expect(custom('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-03-01', '2026-02-24', '2026-02-26']);
  expect(custom('2026-11-20')).toEqual(['2026-11-20', '2026-11-21', '2026-11-18', '2026-11-19']);
  expect(custom(undefined, '2026-11-10').slice(0, 2)).toEqual(['2026-10-12', '2026-11-10']);
});

test('no range meets the one it is compared with, and both have days, on every day of four years', () => {
  for (let at = Date.UTC(2026, 0, 1, 12); at < Date.UTC(2030, 0, 1); at += 86_400_000) {
    for (const range of spendRanges) {
      const { before, ...days } = resolveSpendRange({ range, now: new Date(at), zone: 'Europe/Berlin' });
      expect(before.toDay < days.fromDay).toBe(true);
      expect(countDays(before)).toBeGreaterThan(0);
      expect(daysOf(days)).toHaveLength(countDays(days));
    }
  }
});

test.each([
  ['2026-11-21', null],
  ['2026-11-22', null],
  ['2027-12-25', null],
  ['2027-12-26', 'The range has 401 days; 400 are the most at once.'],
  ['2026-11-20', 'The range ends before it begins.'],
])('from 21 November 2026 to %s: %s', (toDay, fault) => {
  expect(rangeFault({ fromDay: '2026-11-21', toDay })).toBe(fault);
});
