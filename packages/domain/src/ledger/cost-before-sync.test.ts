import { expect, test } from 'vitest';
import { formatUsd, parseUsd } from '#core/money.js';
import { type BillOfDay, costBeforeSync, type DayAround, type HoursAround } from './cost-before-sync.js';

const at = new Date('2026-11-20T12:00:00Z');
const nothing = { billed: 0n, reportedInHour: 0n };
const none: HoursAround = { earlier: 0n, own: 0n, later: 0n };
const priced = (earlier: string, later: string): HoursAround => ({
  earlier: parseUsd(earlier),
  own: 0n,
  later: parseUsd(later),
});
const part = ({
  cost = none,
  tokens = none,
  billed = '0',
}: {
  cost?: HoursAround;
  tokens?: HoursAround;
  billed?: string;
}) => ({
  cost,
  tokens,
  billed: parseUsd(billed),
});
const settled = (amount: string): BillOfDay => ({
  amount: parseUsd(amount),
  readAt: new Date('2026-11-22T00:00:00Z'),
  isSettled: true,
});
const before = (day: [string | null, ReturnType<typeof part>][], bill: BillOfDay | null, own = nothing) =>
  formatUsd(costBeforeSync(at, own, new Map(day) satisfies DayAround, bill));

test('while usage says more than a bill that is not settled, usage counts', () => {
  const unsettled = { ...settled('1'), isSettled: false };
  expect(before([['m', part({ cost: priced('3', '1'), billed: '1' })]], unsettled)).toBe('3');
  expect(before([['m', part({ cost: priced('3', '1') })]], null)).toBe('3');
});

test('each model’s lines are divided as its own usage is, whatever it was billed at', () => {
  const dear = part({ cost: priced('3', '1'), billed: '8' });
  const cheap = part({ cost: priced('1', '3'), billed: '2' });
  expect(
    before(
      [
        ['dear', dear],
        ['cheap', cheap],
      ],
      settled('10'),
    ),
  ).toBe('6.5');
});

test('of fees, calls are before it as they were made, and storage as the hours of the day', () => {
  expect(before([[null, part({ cost: priced('2', '0'), billed: '6.8' })]], settled('6.8'))).toBe('4.4');
  expect(before([[null, part({ cost: priced('2', '2'), billed: '3' })]], settled('3'))).toBe('1.5');
});

test('storage came as far as the bill had been read, when that was within the day', () => {
  const read = { amount: parseUsd('1.8'), readAt: new Date('2026-11-20T18:00:00Z'), isSettled: false };
  expect(before([[null, part({ billed: '1.8' })]], read)).toBe('1.2');
  expect(before([[null, part({ billed: '1.8' })]], { ...read, readAt: new Date('2026-11-20T11:00:00Z') })).toBe('1.8');
});

test('lines of a model without a price are divided as its tokens are, and of one without usage evenly', () => {
  const tokens = { earlier: 300n, own: 0n, later: 100n };
  expect(before([['new', part({ tokens, billed: '4' })]], settled('4'))).toBe('3');
  expect(before([['gone', part({ billed: '4' })]], settled('4'))).toBe('2');
});

test('what had been billed by then was before it, whatever usage says', () => {
  const own = { billed: parseUsd('5'), reportedInHour: 0n };
  expect(before([['m', part({ cost: priced('1', '1'), billed: '6' })]], settled('6'), own)).toBe('5');
});

test('of tokens without a price, those of its own hour came evenly over it', () => {
  const tokens = { earlier: 0n, own: 100n, later: 100n };
  const halfPast = new Date('2026-11-20T12:30:00Z');
  const day: DayAround = new Map([['new', part({ tokens, billed: '4' })]]);
  expect(formatUsd(costBeforeSync(halfPast, nothing, day, settled('4')))).toBe('1');
});
