import { expect, test } from 'vitest';
import { readAmount } from './read-amount.js';

test.each([
  ['12,50', '12.50'],
  ['$42', '42'],
  ['USD 1,234.56', '1234.56'],
  ['1,234', '1234'],
  ['1,234,567', '1234567'],
  ['−5', '-5'],
  ['0,150', '0.150'],
  ['0,0125', '0.0125'],
  ['12,3456', '12.3456'],
])('the amount %s is %s', (typed, amount) => {
  expect(readAmount(typed)).toBe(amount);
});

test.each(['1.234,50', '1,23,456', '1234,567', '12,', ',5', 'five'])('%s is left as it is, to be refused', (typed) => {
  expect(readAmount(typed)).toBe(typed);
});
