import { picoUsdPerUsd, type PicoUsd } from '#core/money.js';

/**
 * An amount of USD as the Costs API writes it, a number or a numeric string (`0.06`, `"12.50"`, `"0.34090000000000000"`),
 * in whole pico-USD. Digits beyond the twelfth decimal are the noise of a double and are rounded, half away from 0.
 * Null for anything that is no finite decimal below 10^15 USD.
 */
export function parseAmount(value: unknown): PicoUsd | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > 64) return null;
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (!match) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  // How many decimal places the digits stand left of a whole pico-USD.
  const places = 12 - fraction.length + Number(exponent);
  if (places > 27) return digits === 0n ? 0n : null;
  const magnitude = places >= 0 ? digits * 10n ** BigInt(places) : roundAway(digits, 10n ** BigInt(-places));
  if (magnitude >= 10n ** 15n * picoUsdPerUsd) return null;
  return sign === '-' ? -magnitude : magnitude;
}

function roundAway(digits: bigint, divisor: bigint): bigint {
  return (digits + divisor / 2n) / divisor;
}
