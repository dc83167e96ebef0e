import { buildPriceBook } from '#pricing/build-price-book.js';
import { costOf } from '#pricing/cost-of.js';
import { findPrice } from '#pricing/find-price.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import type { OtherKind } from '#pricing/price-sheet.js';
import { emptyUsage } from '#pricing/usage.js';
import { billingTerms } from './billing-terms.js';
import type { TokenPart, UsageLeaf } from './usage-leaf.js';

/** What this organization is billed, in pico-USD: the price book, but for `billingTerms`. */
export interface BilledPrices {
  ofToken(leaf: UsageLeaf, part: TokenPart): bigint;
  /** Per image, second (hour for audio), character, call or session. */
  ofUnit(leaf: UsageLeaf, kind: OtherKind): bigint;
}

/** Looks each price up once per model, tier, part and day. */
export function createBilledPrices(): BilledPrices {
  const book = buildPriceBook(openAiPriceSheet);
  const known = new Map<string, bigint>();
  const remember = (key: string, find: () => bigint): bigint => {
    const price = known.get(key) ?? find();
    known.set(key, price);
    return price;
  };
  const listPrice = (model: string, tier: string | null, part: TokenPart, day: number): bigint => {
    // Two requests, as sums of usage never are billed as one long one.
    const usage = { ...emptyUsage, requests: 2, [part]: 1 };
    const { costPicoUsd } = costOf(book, { model, serviceTier: tier, usage, at: new Date(day * 86_400_000) });
    if (costPicoUsd === null) throw new RangeError(`${model} has no price for ${part}`);
    return costPicoUsd;
  };
  const { negotiated, unlisted } = billingTerms;
  return {
    ofToken: ({ dimensions, day }, part) => {
      const model = String(dimensions.model);
      if (model === unlisted.model) return unlisted.picoUsdPerToken[part] ?? 0n;
      const tier = dimensions.service_tier === undefined ? null : String(dimensions.service_tier);
      return remember(`${model}|${tier}|${part}|${day}`, () => {
        const price = listPrice(model, tier, part, day);
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

/** Tools are priced under names of their own; images by a quality that usage does not tell. */
function pricedThing(kind: OtherKind, model: string, size: string): { model: string; variant: string | null } {
  if (kind === 'webSearchCall') return { model: 'tool:web-search', variant: null };
  if (kind === 'fileSearchCall') return { model: 'tool:file-search', variant: null };
  if (kind === 'containerSession') return { model: 'tool:code-interpreter-container', variant: null };
  if (kind === 'image') return { model, variant: `${model === 'dall-e-3' ? 'standard' : 'medium'} ${size}` };
  return { model, variant: null };
}
