import { expect, test } from 'vitest';
import { typedAmount } from './typed-amount.js';

test('an amount that may be thousands or thousandths is asked about', () => {
  for (const text of ['1.234', '$12.345', '-999.000']) expect(typedAmount.safeParse(text).success).toBe(false);
  expect(typedAmount.safeParse('1.234').error?.issues.map(({ message }) => message)).toEqual([
    'Is 1.234 meant as 1234.00 or as 1.23? Write it so.',
  ]);
  const clear = ['1,234', '1234.00', '1.23', '0.125', '1.2340', '1234.567', ''];
  expect(clear.map((text) => typedAmount.parse(text))).toEqual(['1234', ...clear.slice(1)]);
});
