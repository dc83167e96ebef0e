import { indexKeyOf, type PriceBook, type PriceKey } from './price-book.js';
import type { PriceOverride } from './price-override.js';
import { type PriceContext, priceTiers } from './price-sheet.js';

/**
 * The keys that a price of one's own holds for. What it leaves open is every tier, whether or not the book has one; long
 * context where the model has it; every variant of an image, and those that nobody has listed.
 */
export function ownPriceKeys(base: PriceBook, override: PriceOverride): PriceKey[] {
  const { model, kind } = override;
  if (kind === null) return [];
  const ofModel = [...base.rowsByKey.values()].flatMap(([row]) => (row?.model === model ? [row] : []));
  const contexts = override.context === null ? contextsOf(ofModel) : [override.context];
  const tiers = override.tier === null ? priceTiers : [override.tier];
  const variants = new Set([
    override.variant,
    ...(override.variant === null ? ofModel.filter((row) => row.kind === kind).map(({ variant }) => variant) : []),
  ]);
  const keys = tiers.flatMap((tier) =>
    contexts.flatMap((context) => [...variants].map((variant) => ({ model, tier, context, kind, variant }))),
  );
  return [...new Map(keys.map((key) => [indexKeyOf(key), key])).values()];
}

function contextsOf(rows: readonly PriceKey[]): PriceContext[] {
  return rows.some(({ context }) => context === 'long') ? ['short', 'long'] : ['short'];
}
