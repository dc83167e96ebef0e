import type { PriceContext, PriceKind, PriceTier } from './price-sheet.js';

/** A price of one's own, or a percentage on the book's, over the keys and UTC days that it names. */
export interface PriceOverride {
  id: string;
  /** A model or alias of the book, or a model that the book does not know; `*` in a discount is every model of the book. */
  model: string;
  /** Null: every one. The same for context, kind and variant; a price of one's own always names its kind. */
  tier: PriceTier | null;
  context: PriceContext | null;
  kind: PriceKind | null;
  variant: string | null;
  /** Exactly one of both is set: 1e-12 USD per unit, */
  picoUsdPerUnit: bigint | null;
  /** or what is taken off the book's price, in 1e-12 percent, at most 100 %; less than zero is put on it. */
  picoPercentOff: bigint | null;
  /** YYYY-MM-DD, first UTC day; null: since always. */
  effectiveFrom: string | null;
  /** YYYY-MM-DD, first UTC day no longer; null: until further notice. */
  effectiveTo: string | null;
  /** The one created later wins where two of one sort overlap; of one instant, the one with the greater id. */
  createdAt: Date;
}
