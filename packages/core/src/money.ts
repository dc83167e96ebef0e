/**
 * Money inside the program is a bigint of pico-USD (1e-12 USD): a price per million tokens with up to six decimals
 * is then a whole number per token, so no cost is ever rounded. Outside it is a decimal string of USD.
 */
export type PicoUsd = bigint;

export const picoUsdPerUsd = 1_000_000_000_000n;

const decimalPattern = /^-?\d{1,12}(?:\.\d{1,12})?$/;
const sumPattern = /^-?\d+(?:\.\d{1,12})?$/;

/**
 * Parses a decimal USD string such as `12.5` or `-0.000000000001` exactly.
 * @throws RangeError when it is not a plain decimal, or has more than 12 digits before or after the point.
 */
export function parseUsd(text: string): PicoUsd {
  if (!decimalPattern.test(text)) throw new RangeError('not a decimal amount of USD with at most 12 decimals');
  return toPicoUsd(text);
}

/** The same of what may be unknown, which is null and never 0. */
export function parseUsdOrNull(text: string | null): PicoUsd | null {
  return text === null ? null : parseUsd(text);
}

/**
 * `parseUsd` of a sum that Postgres made, which may be larger than any one amount: a tenant whose own prices are absurd sees
 * absurd sums, and not an error in place of all its figures.
 * @throws RangeError when it is not a plain decimal, or has more than 12 digits after the point.
 */
export function parseUsdSum(text: string): PicoUsd {
  if (!sumPattern.test(text)) throw new RangeError('not a decimal sum of USD with at most 12 decimals');
  return toPicoUsd(text);
}

function toPicoUsd(text: string): PicoUsd {
  // As Postgres writes its sums, of which a page has thousands.
  const point = text.length - 13;
  if (text[point] === '.') return BigInt(text.slice(0, point) + text.slice(point + 1));
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
}

/** The exact decimal USD string, trailing zeros removed: `1500000000000n` → `1.5`. Inverse of `parseUsd`. */
export function formatUsd(amount: PicoUsd): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(13, '0');
  const point = digits.length - 12;
  let end = digits.length;
  while (end > point && digits[end - 1] === '0') end -= 1;
  const decimals = end > point ? `.${digits.slice(point, end)}` : '';
  return `${amount < 0n ? '-' : ''}${digits.slice(0, point)}${decimals}`;
}

/** The same of what may be unknown. */
export function formatUsdOrNull(amount: PicoUsd | null): string | null {
  return amount === null ? null : formatUsd(amount);
}
