import { buildPriceBook } from '#pricing/build-price-book.js';
import { costOf } from '#pricing/cost-of.js';
import { findPrice } from '#pricing/find-price.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import type { OtherKind } from '#pricing/price-sheet.js';
import { emptyUsage } from '#pricing/usage.js';
import { billingTerms } from './billing-terms.js';
import type { Dimensions, TokenPart, UsageLeaf } from './usage-leaf.js';

/** What an organization is billed, in pico-USD: the price book, with what a region adds, but for `billingTerms`. */
export interface BilledPrices {
  ofToken(leaf: UsageLeaf, part: TokenPart): bigint;
  /** Per image, second (hour for audio), character, call or session. */
  ofUnit(leaf: UsageLeaf, kind: OtherKind): bigint;
}

/** Looks each price up once per model, tier, part, day, and region or none. */
export function createBilledPrices(): BilledPrices {
  const book = buildPriceBook(openAiPriceSheet);
  const known = new Map<string, bigint>();
  const remember = (key: string, find: () => bigint): bigint => {
    const price = known.get(key) ?? find();
    known.set(key, price);
    return price;
  };
  const listPrice = ({ dimensions, day, isRegional }: UsageLeaf, part: TokenPart): bigint => {
    const model = String(dimensions.model);
    // Two requests, as sums of usage never are billed as one long one.
    const usage = { ...emptyUsage, requests: 2, [part]: 1 };
    const at = new Date(day * 86_400_000);
    const { costPicoUsd } = costOf(book, { model, serviceTier: tierOf(dimensions), usage, at, isRegional });
    if (costPicoUsd === null) throw new RangeError(`${model} has no price for ${part}`);
    return costPicoUsd;
  };
  const { negotiated, unlisted } = billingTerms;
  return {
    ofToken: (leaf, part) => {
      const { dimensions, day, isRegional } = leaf;
      const model = String(dimensions.model);
      if (model === unlisted.model) return unlisted.picoUsdPerToken[part] ?? 0n;
      return remember(`${model}|${tierOf(dimensions)}|${part}|${day}|${isRegional}`, () => {
        const price = listPrice(leaf, part);
        return model === negotiated.model ? (price * negotiated.percentOfList) / 100n : price;
      });
    },
    ofUnit: ({ dimensions, day }, kind) => {
      const { model, variant } = pricedThing(kind, String(dimensions.model), String(dimensions.size));
      return remember(`${model}|${kind}|${variant}|${day}`, () => {
        const on = new Date(day * 86_400_000).toISOString().slice(0, 10);
        const row = findPrice(book, { model, tier: 'standard', context: 'short', kind, variant }, on);
        if (!row) throw new RangeError(`${model} has no price for ${kind}`);
        return row.picoUsdPerUnit;
      });
    },
  };
}

function tierOf({ service_tier: tier }: Dimensions): string | null {
  return tier === undefined ? null : String(tier);
}

/** Tools are priced under names of their own; images by a quality that usage does not tell. */
function pricedThing(kind: OtherKind, model: string, size: string): { model: string; variant: string | null } {
  if (kind === 'webSearchCall') return { model: 'tool:web-search', variant: null };
  if (kind === 'fileSearchCall') return { model: 'tool:file-search', variant: null };
  if (kind === 'containerSession') return { model: 'tool:code-interpreter-container', variant: null };
  if (kind === 'image') return { model, variant: `${model === 'dall-e-3' ? 'standard' : 'medium'} ${size}` };
  return { model, variant: null };
}
