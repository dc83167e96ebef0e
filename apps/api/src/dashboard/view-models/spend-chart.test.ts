import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { spendChart } from './spend-chart.js';

const draw = (usd: string, input: Partial<Parameters<typeof spendChart>[0]> = {}) =>
  spendChart({
    id: 'c',
    title: 't',
    days: [
      { day: '2026-11-20', isKnown: false },
      { day: '2026-11-21', isKnown: true },
    ],
    today: '2026-11-21',
    points: [{ day: '2026-11-21', group: 'a', groupName: 'a', cost: parseUsd(usd) }],
    ...input,
  }).chart;

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

test('weeks of two years are told apart on the axis, days are short', () => {
  const days = [
    { day: '2025-11-17', isKnown: true },
    { day: '2026-11-16', isKnown: true },
  ];
  const axis = (input: Partial<Parameters<typeof spendChart>[0]>) =>
    draw('1', { days, ...input }).columns.map(({ axisLabel }) => axisLabel);
  expect(axis({ dayCount: 371 })).toEqual(['Nov ’25', 'Nov ’26']);
  expect(axis({})).toEqual(['17 Nov', '16 Nov']);
});

test('a day that is known leads to itself, in the chart and in its table', () => {
  const { columns, table } = draw('1', { hrefOfDay: (day) => `/on/${day}` });
  expect(columns.map(({ href }) => href)).toEqual(['', '/on/2026-11-21']);
  expect(table.rows.map(({ href }) => href)).toEqual(['/on/2026-11-21', '']);
});
