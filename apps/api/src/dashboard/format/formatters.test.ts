import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { parseUsd } from '#core/money.js';
import { formatInterval, formatLatency } from './format-duration.js';
import { formatMoney } from './format-money.js';
import { formatPercent } from './format-percent.js';
import { formatDay, formatDayShort, timeFormatFor } from './format-time.js';
import { formatTokens } from './format-tokens.js';

const money = (usd: string) => formatMoney(parseUsd(usd)).text;

describe('money', () => {
  test.each([
    ['1284.07', '$1,284.07'],
    ['1', '$1.00'],
    ['1.005', '$1.01'],
    ['1234567.891', '$1,234,567.89'],
    ['0.5', '$0.50'],
    ['0.00018', '$0.00018'],
    ['0.1234567', '$0.1235'],
    ['0.000000000001', '$0.000000000001'],
    ['0', '$0.00'],
    ['-8.2', '−$8.20'],
  ])('%s USD reads as %s', (usd, text) => {
    expect(money(usd)).toBe(text);
  });

  test('just below a dollar rounds up to a dollar, not to four digits of it', () => {
    expect(money('0.99994')).toBe('$0.9999');
    expect(money('0.99996')).toBe('$1.00');
  });

  test('something never reads as nothing', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 24n }), (amount) => {
        expect(formatMoney(amount).text).toMatch(/[1-9]/);
      }),
    );
  });

  test('what is shown is within half a cent, or half of its fourth digit, of the truth', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 20n }), (amount) => {
        const shown = parseUsd(formatMoney(amount).text.replaceAll(/[$,]/g, ''));
        const error = shown > amount ? shown - amount : amount - shown;
        expect(error <= 5_000_000_000n && error * 2_000n <= amount * (amount < 10n ** 12n ? 1n : 10n ** 6n)).toBe(true);
      }),
    );
  });

  test('the exact value is in the title', () => {
    expect(formatMoney(parseUsd('0.000180000001')).title).toBe('Exactly $0.000180000001');
  });

  test('an unknown amount is a dash that says why', () => {
    const view = formatMoney(null, { unknownBecause: 'This model has no price yet' });
    expect(view).toEqual({ text: '–', title: 'This model has no price yet', known: false });
  });

  test('an estimate says that it is one', () => {
    const view = formatMoney(parseUsd('41.9'), { estimatedBecause: 'no price for the tier' });
    expect(view.text).toBe('≈ $41.90');
    expect(view.title).toContain('no price for the tier');
  });
});

describe('tokens', () => {
  test.each([
    [0, '0'],
    [1_234, '1,234'],
    [9_999, '9,999'],
    [10_000, '10.0k'],
    [12_345, '12.3k'],
    [99_960, '100k'],
    [999_499, '999k'],
    [999_500, '1.00M'],
    [4_560_000, '4.56M'],
    [999_500_000, '1.00B'],
  ])('%i reads as %s', (tokens, text) => {
    expect(formatTokens(tokens).text).toBe(text);
  });

  test('the exact count is in the title', () => {
    expect(formatTokens(4_561_234).title).toBe('4,561,234 tokens');
  });
});

describe('percent', () => {
  test.each([
    [0, '0.0 %'],
    [1, '100.0 %'],
    [0.594, '59.4 %'],
    [0.0001, '< 0.1 %'],
    [0.9999, '> 99.9 %'],
    [null, '–'],
  ])('%s reads as %s, so that not all is never all', (ratio, text) => {
    expect(formatPercent(ratio)).toBe(text);
  });
});

describe('time', () => {
  const now = new Date('2026-11-21T00:00:00Z');
  const before = (secs: number) => new Date(now.getTime() - secs * 1000);
  const { ago, span } = timeFormatFor('Europe/Berlin');

  test.each([
    [0, 'just now'],
    [-3, 'just now'],
    [5, '5 s ago'],
    [59, '59 s ago'],
    [60, '1 min ago'],
    [3_599, '59 min ago'],
    [3_600, '1 h ago'],
    [172_799, '47 h ago'],
    [172_800, '2 d ago'],
  ])('%i s reads as %s', (secs, text) => {
    expect(ago(before(secs), now).relative).toBe(text);
  });

  test('a span has no “ago”', () => {
    expect(span(before(259_200), now).relative).toBe('3 d');
  });

  test('the exact time is in the zone of the tenant, at both ends of the world', () => {
    expect(ago(now, now).exact).toBe('21 Nov 2026, 01:00:00');
    expect(timeFormatFor('Pacific/Kiritimati').exact(now)).toBe('21 Nov 2026, 14:00:00');
    expect(timeFormatFor('Pacific/Pago_Pago').exact(now)).toBe('20 Nov 2026, 13:00:00');
  });

  test.each([
    ['2026-01-31T23:00:00Z', '1 Feb, 00:00'],
    ['2025-12-31T23:00:00Z', '1 Jan, 00:00'],
    ['2025-12-31T22:59:00Z', '31 Dec 2025, 23:59'],
    ['2024-02-28T23:00:00Z', '29 Feb 2024, 00:00'],
  ])('of what was at %s the year is told where it is another than this, in the zone: %s', (at, text) => {
    expect(timeFormatFor('Europe/Berlin').dated(new Date(at), now)).toBe(text);
  });

  test('a calendar day keeps its date wherever the server stands', () => {
    expect(formatDay('2026-03-29')).toBe('Sun 29 Mar');
    expect(formatDayShort('2026-01-01')).toBe('1 Jan');
  });
});

test.each([
  [null, '–'],
  [0.4, '0 ms'],
  [999, '999 ms'],
  [999.6, '1.00 s'],
  [12_340, '12.3 s'],
])('a latency of %s ms reads as %s', (latencyMs, text) => {
  expect(formatLatency(latencyMs)).toBe(text);
});

test.each([
  [90, '90 s'],
  [300, '5 min'],
  [86_400, '24 h'],
  [172_800, '2 d'],
])('an interval of %i s reads as %s', (secs, text) => {
  expect(formatInterval(secs)).toBe(text);
});
