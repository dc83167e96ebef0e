import { formatUsd } from '#core/money.js';
import { priceScales } from '#pricing/price-scale.js';
import type { PriceRow } from '#pricing/price-book.js';
import type { MoneyView } from './format-money.js';

/**
 * A price for its customary count (1M tokens, 1K calls, one image): a list price is quoted, so never rounded, and has two
 * decimals at least. `≈` marks one that was computed or is doubtful; the title says the unit and the source.
 */
export function formatPrice(row: PriceRow): MoneyView {
  const { unitsPerPrice, per } = priceScales[row.kind];
  const usd = formatUsd(row.picoUsdPerUnit * unitsPerPrice);
  const [whole = '0', fraction = ''] = usd.split('.');
  const isSure = row.confidence === 'high' || row.confidence === 'reported';
  const text = `${isSure ? '' : '≈\u00a0'}$${whole}.${fraction.padEnd(2, '0')}`;
  return { text, title: `$${usd} per ${per}. Source: ${row.source}`, known: true };
}
