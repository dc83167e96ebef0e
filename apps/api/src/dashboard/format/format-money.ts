import { formatUsd, picoUsdPerUsd, type PicoUsd } from '#core/money.js';

/** An amount as a reader sees it: `text` on the page, `title` (exact value or reason) on hover. */
export interface MoneyView {
  text: string;
  title: string;
  /** False when the amount is not known, so that templates can set it in a lighter tone. */
  known: boolean;
}

export interface MoneyOptions {
  /** Marks the amount with `≈`; the words say what makes it an estimate. */
  estimatedBecause?: string;
  /** Shown on hover when the amount is null. */
  unknownBecause?: string;
}

const significantDigitsBelowOneUsd = 4;

/**
 * The one formatter of money. From $1 up: two decimals and thousands; below: four significant digits, so that
 * something never reads as `$0.00`; unknown is `–` with its reason. The exact value is in `title`.
 */
export function formatMoney(amount: PicoUsd | null, options: MoneyOptions = {}): MoneyView {
  if (amount === null) return { text: '–', title: options.unknownBecause ?? 'Not known', known: false };
  const magnitude = amount < 0n ? -amount : amount;
  const text = `${amount < 0n ? '−' : ''}$${formatMagnitude(magnitude)}`;
  const exact = `Exactly ${amount < 0n ? '−' : ''}$${formatUsd(magnitude)}`;
  if (options.estimatedBecause === undefined) return { text, title: exact, known: true };
  return { text: `≈ ${text}`, title: `${exact}, an estimate: ${options.estimatedBecause}`, known: true };
}

function formatMagnitude(magnitude: PicoUsd): string {
  if (magnitude === 0n) return '0.00';
  const shown = magnitude >= picoUsdPerUsd ? magnitude : roundToSignificant(magnitude);
  if (shown < picoUsdPerUsd) return padDecimals(formatUsd(shown));
  const cents = (shown + 5_000_000_000n) / 10_000_000_000n;
  return `${groupThousands(cents / 100n)}.${(cents % 100n).toString().padStart(2, '0')}`;
}

/** Half away from zero, as every reader expects of money. */
function roundToSignificant(magnitude: PicoUsd): PicoUsd {
  const droppedDigits = magnitude.toString().length - significantDigitsBelowOneUsd;
  if (droppedDigits <= 0) return magnitude;
  const step = 10n ** BigInt(droppedDigits);
  return ((magnitude + step / 2n) / step) * step;
}

function padDecimals(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

function groupThousands(whole: bigint): string {
  return whole.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
