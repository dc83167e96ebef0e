import { describe, expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { addDays } from '../spend/local-days.js';
import { burnRate } from './burn-rate.js';
import type { Credit } from './credit.js';
import { expectSpend, type PastDay, weekdayOf } from './expect-spend.js';
import { forecastBalance } from './forecast-balance.js';

const now = new Date('2026-11-20T00:00:00Z'); // a Friday
const credit = (usd: string): Credit => ({
  lots: [{ depositId: null, left: parseUsd(usd), expiresAt: null }],
  debt: 0n,
});
/** The days before `now`. */
const past = (count: number, usdOf: (weekday: number, age: number) => number): PastDay[] =>
  Array.from({ length: count }, (_, index) => {
    const age = count - index;
    const day = addDays('2026-11-20', -age);
    return { day, usd: usdOf(weekdayOf(day), age) };
  });
const expectation = (days: PastDay[]) => {
  const spend = expectSpend(days);
  if (!spend) throw new Error('no expectation');
  return spend;
};
const isWeekend = (weekday: number) => weekday === 0 || weekday === 6;

describe('what a day may be expected to cost', () => {
  test('is unknown from less than three days', () => {
    expect(expectSpend(past(2, () => 1))).toBeNull();
    expect(expectSpend(past(3, () => 1))?.byWeekday).toEqual(Array(7).fill(1));
  });

  test('is the same for all weekdays before each was seen twice, and its own from then on', () => {
    const weekends = (weekday: number) => (isWeekend(weekday) ? 10 : 0);
    expect(new Set(expectation(past(13, weekends)).byWeekday).size).toBe(1);
    const known = expectation(past(56, weekends));
    expect(known.byWeekday.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([10, 0, 0, 0, 0, 0, 10]);
    expect(known.spread).toBeCloseTo(0);
  });

  test('believes a new level of spend within weeks', () => {
    const doubled = expectation(past(56, (_, age) => (age <= 14 ? 20 : 10)));
    expect(Math.min(...doubled.byWeekday)).toBeGreaterThan(15);
  });

  test('is never less than nothing, however much was given back', () => {
    expect(expectation(past(7, () => -5)).byWeekday).toEqual(Array(7).fill(0));
  });
});

describe('how long the credit lasts', () => {
  test('is exact where every day costs the same', () => {
    const { daysToZero, zeroOn } = forecastBalance(credit('95'), expectation(past(56, () => 10)), now);
    expect(daysToZero.expected).toBeCloseTo(9.5);
    expect(daysToZero.low).toBeCloseTo(9.5);
    expect(daysToZero.high).toBeCloseTo(9.5);
    expect(zeroOn).toEqual({ low: '2026-11-29', expected: '2026-11-29', high: '2026-11-29' });
  });

  test('counts only what is left of today', () => {
    const noon = new Date('2026-11-20T12:00:00Z');
    expect(forecastBalance(credit('5'), expectation(past(56, () => 10)), noon).daysToZero.expected).toBeCloseTo(0.5);
    expect(forecastBalance(credit('15'), expectation(past(56, () => 10)), noon).daysToZero.expected).toBeCloseTo(1.5);
  });

  test('knows of who spends on weekends alone that a Monday costs nothing', () => {
    const spend = expectation(past(56, (weekday) => (isWeekend(weekday) ? 10 : 0)));
    // Friday to Sunday would take 20; what remains waits for the Saturday after.
    const { zeroOn, path } = forecastBalance(credit('25'), spend, now);
    expect(zeroOn.expected).toBe('2026-11-28');
    expect(path.slice(0, 4).map(({ expected }) => Math.round(Number(expected) / 1e12))).toEqual([25, 15, 5, 5]);
  });

  test('has a range that is wider the more days differ, and the longer it looks ahead', () => {
    const uneven = expectation(past(56, (_, age) => (age % 3 === 0 ? 20 : 5)));
    const { daysToZero, path } = forecastBalance(credit('100'), uneven, now);
    const { low, expected, high } = daysToZero;
    expect(low).toBeLessThan(expected ?? 0);
    expect(expected).toBeLessThan(high ?? 0);
    const width = (index: number) => Number((path[index]?.high ?? 0n) - (path[index]?.low ?? 0n));
    expect(width(4)).toBeGreaterThan(width(1) * 1.5);
  });

  test('covers what happens to four out of five', () => {
    // A small generator of its own, so that the test is the same each time.
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const cost = () => 4 + 12 * random();
    let inside = 0;
    for (let run = 0; run < 300; run += 1) {
      const { daysToZero } = forecastBalance(credit('200'), expectation(past(56, cost)), now);
      let left = 200;
      let days = 0;
      for (; left > 0; days += 1) left -= cost();
      if (days >= (daysToZero.low ?? 0) && days - 1 <= (daysToZero.high ?? 366)) inside += 1;
    }
    expect(inside / 300).toBeGreaterThan(0.75);
    expect(inside / 300).toBeLessThan(0.98);
  });

  test('takes into account what expires on the way', () => {
    const expiresAt = new Date('2026-11-23T00:00:00Z');
    const lots = [{ depositId: 'a', left: parseUsd('100'), expiresAt }];
    const { daysToZero, zeroOn } = forecastBalance({ lots, debt: 0n }, expectation(past(56, () => 10)), now);
    expect(daysToZero.expected).toBe(3);
    expect(zeroOn.expected).toBe('2026-11-23');
  });

  test('is over already where nothing is left, and unknown beyond a year', () => {
    const spend = expectation(past(56, () => 10));
    expect(forecastBalance({ lots: [], debt: 1n }, spend, now).daysToZero.expected).toBe(0);
    expect(forecastBalance(credit('10000'), spend, now).daysToZero.expected).toBeNull();
    expect(forecastBalance(credit('10000'), spend, now).zeroOn.expected).toBeNull();
  });

  test('never shows less than nothing on its path', () => {
    const { path } = forecastBalance(credit('15'), expectation(past(56, () => 10)), now);
    expect(path.at(-1)).toMatchObject({ low: 0n, expected: 0n, high: 0n });
  });
});

test('a burn rate is the mean of the last days, and says of how many, and how many are estimated', () => {
  const days = [1n, 2n, 3n].map((cost) => ({ cost, isEstimated: cost < 3n }));
  expect(burnRate(days, 2)).toEqual({ perDay: 2n, days: 2, estimatedDays: 1 });
  expect(burnRate(days, 7)).toEqual({ perDay: 2n, days: 3, estimatedDays: 2 });
  expect(burnRate([], 7)).toBeNull();
});
