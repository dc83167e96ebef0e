import { formatUsd, parseUsd } from '#core/money.js';
import { priceScales } from '#pricing/price-scale.js';
import type { PriceKind } from '#pricing/price-sheet.js';

/**
 * The price of one unit as decimal USD, from a price as people write it: USD for as many units as the kind is usually
 * priced by, such as 2.5 for 1M tokens. Null when it is no plain decimal, or no whole number of 1e-12 USD per unit.
 */
export function pricePerUnit(usd: string, kind: PriceKind): string | null {
  if (!/^\d{1,9}(\.\d{1,12})?$/.test(usd)) return null;
  const picoUsd = parseUsd(usd);
  const { unitsPerPrice } = priceScales[kind];
  return picoUsd % unitsPerPrice === 0n ? formatUsd(picoUsd / unitsPerPrice) : null;
}
