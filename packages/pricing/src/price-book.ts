import type { PriceConfidence, PriceContext, PriceKind, PriceTier } from './price-sheet.js';

export type PriceUnit = 'token' | 'audio hour' | 'character' | 'video second' | 'image' | 'call' | 'session';

/** What a price is more where the request is processed in a region, from `effectiveFrom` up to, not including, `effectiveTo`. */
export interface RegionalUplift extends Pick<PriceRow, 'effectiveFrom' | 'effectiveTo' | 'source' | 'confidence'> {
  /** Of the price, in 1e-12 percent. */
  picoPercent: bigint;
}

/** One price of one model, in force on the UTC days from `effectiveFrom` up to, not including, `effectiveTo`. */
export interface PriceRow {
  model: string;
  tier: PriceTier;
  context: PriceContext;
  kind: PriceKind;
  /** Quality and size of an image; null for every other kind. */
  variant: string | null;
  /** 1e-12 USD, exact. */
  picoUsdPerUnit: bigint;
  unit: PriceUnit;
  /** YYYY-MM-DD; null: since always. */
  effectiveFrom: string | null;
  /** YYYY-MM-DD; null: until further notice. */
  effectiveTo: string | null;
  /** Title and date of where the price was read. */
  source: string;
  confidence: PriceConfidence;
  /** Announced as holding for a while only. */
  isPromotional: boolean;
  /** Null where there is none: other units than tokens, models without, and a tenant's own price. */
  regionalUplift: RegionalUplift | null;
  /** The tenant's override that made it; null for a price of the book. */
  overrideId: string | null;
}

/** What a price is looked up by; its dated rows do not overlap. */
export type PriceKey = Pick<PriceRow, 'model' | 'tier' | 'context' | 'kind' | 'variant'>;

/**
 * An immutable, indexed price list. Built by `buildPriceBook` and `applyOverrides`, read through `findModel`, `findPrice`,
 * `costOf` and `costOfQuantity`.
 */
export interface PriceBook {
  /** Name, date and content hash, and a hash of the overrides, if any. Equal versions price everything in a region, or outside, equally. */
  readonly version: string;
  readonly rows: readonly PriceRow[];
  /** Every exact name and alias → the model whose rows hold. */
  readonly modelByName: ReadonlyMap<string, string>;
  /** `indexKeyOf(key)` → the rows of that key, oldest first. */
  readonly rowsByKey: ReadonlyMap<string, readonly PriceRow[]>;
}

export function indexKeyOf({ model, tier, context, kind, variant }: PriceKey): string {
  return `${model}|${tier}|${context}|${kind}|${variant ?? ''}`;
}
