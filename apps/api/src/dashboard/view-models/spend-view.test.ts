import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { spendView, unpricedNote } from './spend-view.js';

const spend = { cost: parseUsd('12.5'), requests: 10, unpricedRequests: 0, estimatedRequests: 0 };

test('a measured sum is shown as it is', () => {
  expect(spendView(spend)).toMatchObject({ text: '$12.50', known: true });
});

test('nothing measured is unknown, not $0.00', () => {
  expect(spendView({ ...spend, cost: 0n, requests: 0 })).toMatchObject({ text: '–', known: false });
});

test('usage of which nothing has a price is unknown, not $0.00', () => {
  expect(spendView({ ...spend, cost: 0n, unpricedRequests: 10 })).toMatchObject({ text: '–', known: false });
});

test('one estimate among many makes the sum an estimate', () => {
  const view = spendView({ ...spend, estimatedRequests: 1 });
  expect(view.text).toBe('≈ $12.50');
  expect(view.title).toContain('1 request priced by estimate');
});

test('what the sum leaves out is said', () => {
  expect(unpricedNote(spend)).toBe('');
  expect(unpricedNote({ unpricedRequests: 1_200 })).toBe('1,200 requests without a price not included');
});
