import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatUsd, formatUsdOrNull, parseUsd, parseUsdOrNull, parseUsdSum, picoUsdPerUsd } from './money.js';

const greatest = 10n ** 24n - 1n;

test('every amount survives being written and read', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -greatest, max: greatest }), (amount) => {
      expect(parseUsd(formatUsd(amount))).toBe(amount);
    }),
  );
});

test('an amount is written without an exponent, padding or a bare point', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -greatest, max: greatest }), (amount) => {
      expect(formatUsd(amount)).toMatch(/^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/);
    }),
  );
});

test.each([
  ['0', 0n],
  ['-0', 0n],
  ['1', picoUsdPerUsd],
  ['1.50', 1_500_000_000_000n],
  ['0.000000000001', 1n],
  ['-0.000000000001', -1n],
  ['0.0125', 12_500_000_000n],
  ['007.1', 7_100_000_000_000n],
  ['999999999999.999999999999', greatest],
])('%s USD is exactly %s pico-USD', (text, amount) => {
  expect(parseUsd(text)).toBe(amount);
});

test.each([
  '',
  ' 1',
  '1 ',
  '1.',
  '.5',
  '1e3',
  '1,5',
  '+1',
  '--1',
  'NaN',
  'Infinity',
  '0x1',
  '1.0000000000001',
  '1234567890123',
])('%j is refused as an amount', (text) => {
  expect(() => parseUsd(text)).toThrow(RangeError);
});

test('nothing is written as 0, whatever its sign', () => {
  expect([formatUsd(0n), formatUsd(-0n)]).toEqual(['0', '0']);
});

test('an unknown amount stays unknown, and nothing is an amount', () => {
  expect([null, 0n, 1_500_000_000_000n].map((amount) => formatUsdOrNull(amount))).toEqual([null, '0', '1.5']);
  expect([null, '0', '1.5'].map((text) => parseUsdOrNull(text))).toEqual([null, 0n, 1_500_000_000_000n]);
  expect(() => parseUsdOrNull('')).toThrow(RangeError);
});

test('a sum may be larger than any amount, and is as exact', () => {
  expect(parseUsdSum('1000000000000.000000000001')).toBe(1_000_000_000_000_000_000_000_001n);
  expect(parseUsdSum('-123456789012345.5')).toBe(-123_456_789_012_345_500_000_000_000n);
  for (const text of ['', 'NaN', 'Infinity', '1e3', '1.', '.5', '0.0000000000001']) {
    expect(() => parseUsdSum(text)).toThrow(RangeError);
  }
});
