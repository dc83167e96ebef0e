import { calcPrice, findProvider, type MatchLogic, type ModelPrice } from '@pydantic/genai-prices';
import { formatUsd, parseUsd } from '#core/money.js';
import type { PriceKind } from '#pricing/price-sheet.js';
import { longContextAbove, type PriceList } from './price-list.js';

const providerId = 'openai';

/** Their fields, of which each price is for as many units as ours. */
const kindOf: Readonly<Record<string, PriceKind>> = {
  input_mtok: 'input',
  cache_read_mtok: 'cachedInput',
  cache_write_mtok: 'cacheWrite',
  output_mtok: 'output',
  input_audio_mtok: 'audioInput',
  cache_audio_read_mtok: 'audioCachedInput',
  output_audio_mtok: 'audioOutput',
  input_image_mtok: 'imageInput',
  cache_image_read_mtok: 'imageCachedInput',
  output_image_mtok: 'imageOutput',
  audio_hours: 'audioHour',
  input_audio_hours: 'audioHour',
  web_searches_kcount: 'webSearchCall',
  storage_searches_kcount: 'fileSearchCall',
};

/** The prices that come inside the installed package. Nothing is fetched: that takes `updatePrices`, which is not called. */
export function genaiList(): PriceList {
  const provider = findProvider({ providerId });
  if (!provider) throw new Error('genai-prices has no provider “openai”');
  return {
    names: [...new Set(provider.models.flatMap(({ id, match }) => namesIn(match) ?? [id]))],
    pricesOf(name, on) {
      const found = calcPrice({}, name, { providerId, timestamp: new Date(`${on}T12:00:00Z`) });
      return found && toPrices(name, found.model_price);
    },
  };
}

/** The names that a rule spells out; null when it has patterns alone, which our names are held against anyway. */
function namesIn(match: MatchLogic): string[] | null {
  if ('equals' in match) return [match.equals];
  if (!('or' in match)) return null;
  const names = match.or.flatMap((part) => namesIn(part) ?? []);
  return names.length === 0 ? null : names;
}

/** @throws Error naming the model, for a field or a form of price that this does not know */
function toPrices(name: string, listed: ModelPrice): Map<string, string> {
  const prices = new Map<string, string>();
  for (const [field, price] of Object.entries(listed)) {
    const kind = kindOf[field];
    if (kind === undefined) throw new Error(`${name}: genai-prices has a field ${field} that is not compared yet`);
    if (price === undefined) continue;
    if (typeof price === 'number') {
      prices.set(kind, toDecimal(price));
      continue;
    }
    const [step, ...more] = price.tiers;
    if (!step || more.length > 0) throw new Error(`${name}: ${field} has other steps than one for long context`);
    prices.set(kind, toDecimal(price.base)).set(`long ${kind}`, toDecimal(step.price));
    prices.set(longContextAbove, `${step.start}`);
  }
  return prices;
}

/**
 * The decimal that was written in their list: the shortest that reads as this float. It is parsed as exactly as our own,
 * so that a price that is a sum of floats is refused rather than rounded.
 */
function toDecimal(price: number): string {
  return formatUsd(parseUsd(`${price}`));
}
