import { ownPriceKeys } from './own-price-keys.js';
import type { PriceBook, PriceKey } from './price-book.js';
import type { PriceOverride } from './price-override.js';

/** The keys that an override is about; its model is one of the book or of the tenant's own, and no alias. */
export function overrideKeys(base: PriceBook, override: PriceOverride): PriceKey[] {
  return override.picoUsdPerUnit === null ? discountedKeys(base, override) : ownPriceKeys(base, override);
}

function discountedKeys(base: PriceBook, { model, tier, context, kind, variant }: PriceOverride): PriceKey[] {
  return [...base.rowsByKey.values()].flatMap(([row]) => {
    if (!row || (model !== '*' && row.model !== model)) return [];
    const isMeant =
      (tier ?? row.tier) === row.tier &&
      (context ?? row.context) === row.context &&
      (kind ?? row.kind) === row.kind &&
      (variant ?? row.variant) === row.variant;
    return isMeant ? [row] : [];
  });
}
