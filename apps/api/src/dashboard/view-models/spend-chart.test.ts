import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { spendChart } from './spend-chart.js';

type Input = Parameters<typeof spendChart>[0];
const drawn = (usd: string): Input => ({
  id: 'c',
  title: 't',
  days: [
    { day: '2026-11-20', isKnown: false },
    { day: '2026-11-21', isKnown: true },
  ],
  today: '2026-11-21',
  points: [{ day: '2026-11-21', group: 'a', groupName: 'a', cost: parseUsd(usd) }],
});
const draw = (usd: string, input: Partial<Input> = {}) => spendChart({ ...drawn(usd), ...input }).chart;

test.each([
  ['0.0000000004', '10⁻⁹ USD'],
  ['0.0000018', '10⁻⁶ USD'],
  ['0.00034', '10⁻³ USD'],
  ['0.045', '10⁻³ USD'],
  ['0.1', 'USD'],
  ['1234', 'USD'],
  ['9999', 'USD'],
  ['1234567', 'USD'],
])('the axis of %s USD is in %s, and its numbers fit beside the chart', (usd, unit) => {
  const { axisUnit, ticks } = draw(usd);
  expect(axisUnit).toBe(unit);
  for (const { text } of ticks) expect(text.length).toBeLessThanOrEqual(6);
});

test('weeks of more than a year are told apart on the axis by month and year, those of less by their day', () => {
  const days = [
    { day: '2025-11-17', isKnown: true },
    { day: '2026-11-16', isKnown: true },
  ];
  const axis = (input: Partial<Input>) => draw('1', { days, ...input }).columns.map(({ axisLabel }) => axisLabel);
  expect(axis({ dayCount: 371 })).toEqual(['Nov ’25', 'Nov ’26']);
  expect(axis({ dayCount: 100 })).toEqual(['17 Nov', '16 Nov']);
  expect(axis({})).toEqual(['17 Nov', '16 Nov']);
});

test('others that cost nothing, or nobody knows how much, are no others of $0.00', () => {
  const shares = (cost: string) =>
    spendChart({
      ...drawn('1'),
      others: { count: 3, ofDay: new Map([['2026-11-21', { cost: parseUsd(cost) }]]) },
    }).shares.map(({ name, amount }) => `${name} ${amount}`);
  expect(shares('0')).toEqual(['a $1.00']);
  expect(shares('2')).toEqual(['a $1.00', '3 others $2.00']);
});

test('a day that is known leads to itself, in the chart and in its table', () => {
  const { columns, table } = draw('1', { hrefOfDay: (day) => `/on/${day}` });
  expect(columns.map(({ href }) => href)).toEqual(['', '/on/2026-11-21']);
  expect(table.rows.map(({ href }) => href)).toEqual(['/on/2026-11-21', '']);
});
