import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { daysOf } from '#domain/spend/local-days.js';
import { sumSpend } from '#domain/spend/spend-sums.js';
import { spendTable } from './spend-table.js';
import type { SpendFilters } from './spend-filters.js';

const usd = (text: string) => ({ ...sumSpend([]), cost: parseUsd(text), requests: 1 });
const group = { group: 'o3', groupName: 'o3' };

test('a week whose first days nothing is known of keeps its place in the trend, as a cost of the days that are', () => {
  // A Monday and the fourteen weeks after it, of which the book begins on a Thursday: the trend has a point for each.
  const days = daysOf({ fromDay: '2026-07-06', toDay: '2026-10-18' }).map((day) => {
    return { ...usd('1'), day, isKnown: day >= '2026-07-09', isProvisional: false };
  });
  const mondays = days.filter((_, index) => index % 7 === 0).map(({ day }) => day);
  const points = mondays.map((day) => ({ ...group, ...usd(day === '2026-07-06' ? '4' : '7'), day }));
  const total = usd('102');
  const { rows } = spendTable({
    spend: { days, points, groups: [{ ...group, ...total, before: null }], groupCount: 1, total, before: null },
    book: 'measured',
    by: 'model',
    models: null,
    activity: { projects: 0, models: 1, traffic: null },
    filters: { range: 'custom', by: 'model' } as SpendFilters,
    colours: new Map(),
    periodBefore: '',
  });
  const heights = rows[0]?.trend.path
    .split(/[ML]/)
    .slice(1)
    .map((point) => point.split(',')[1]);
  expect(heights).toHaveLength(15);
  expect(new Set(heights)).toEqual(new Set([heights?.[1]])); // a dollar a day in each
});
