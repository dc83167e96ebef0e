import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { differenceView } from './difference-view.js';

test.each([
  ['965.34', 99.9997, '+$965.34', '> 99.9 %'],
  ['-0.01131', -0.02, '−$0.01131', '< 0.1 %'],
  ['31.29', 1.2, '+$31.29', '+1.2 %'],
  ['-31.29', -1.2, '−$31.29', '−1.2 %'],
  ['5', 100, '+$5.00', '+100.0 %'],
])('a difference of %s USD, %s percent, reads as %s and %s', (usd, percent, amount, text) => {
  const view = differenceView('billedLessReported', { amount: parseUsd(usd), percent, parts: [] });
  expect([view.amount.text, view.percent]).toEqual([amount, text]);
});
