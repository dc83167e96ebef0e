import { assert, bigInt, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUsd } from '#core/money.js';
import { parseAmount } from './parse-amount.js';

describe('an amount', () => {
  it.each([
    [0.06, 60_000_000_000n],
    [0, 0n],
    ['12.50', 12_500_000_000_000n],
    ['0.34090000000000000', 340_900_000_000n],
    [1e-7, 100_000n],
    ['1.5E2', 150_000_000_000_000n],
    [-0.25, -250_000_000_000n],
    [0.1 + 0.2, 300_000_000_000n],
    ['0.0000000000005', 1n],
    ['0.0000000000004999', 0n],
    ['-0.0000000000005', -1n],
    [5e-324, 0n],
    ['999999999999999.999999999999', 999_999_999_999_999_999_999_999_999n],
  ])('%s is exact in pico-USD', (value, picoUsd) => {
    expect(parseAmount(value)).toBe(picoUsd);
  });

  it.each([
    Number.NaN,
    Infinity,
    -Infinity,
    'NaN',
    'Infinity',
    '',
    ' 1',
    '1,5',
    '$1',
    '0x10',
    '1e9999',
    '1e400',
    '--1',
    '.5',
    '1.',
    1e15,
    '1000000000000000',
    '9'.repeat(65),
    null,
    undefined,
    {},
    true,
    5n,
  ])('%s is none', (value) => {
    expect(parseAmount(value)).toBeNull();
  });

  it('of any size comes back as it was written, as a string with a tail of zeros or without', () => {
    assert(
      property(bigInt({ min: -(10n ** 26n), max: 10n ** 26n }), (picoUsd) => {
        const text = formatUsd(picoUsd);
        expect(parseAmount(text)).toBe(picoUsd);
        expect(parseAmount(`${text}${text.includes('.') ? '' : '.'}00000`)).toBe(picoUsd);
      }),
    );
  });

  it('under a thousand dollars survives being a double', () => {
    assert(
      property(bigInt({ min: 0n, max: 10n ** 15n - 1n }), (picoUsd) => {
        expect(parseAmount(Number(formatUsd(picoUsd)))).toBe(picoUsd);
      }),
    );
  });
});
