import type { PriceUnit } from './price-book.js';
import type { PriceKind } from './price-sheet.js';

/** How prices of one kind are counted, and how people write them. */
export interface PriceScale {
  unit: PriceUnit;
  /** How many units a price in a sheet is for. */
  unitsPerPrice: bigint;
  /** The same in words, as on a price page: `1M tokens`. */
  per: string;
}

const perMillionTokens: PriceScale = { unit: 'token', unitsPerPrice: 1_000_000n, per: '1M tokens' };
const perThousandCalls: PriceScale = { unit: 'call', unitsPerPrice: 1_000n, per: '1K calls' };

export const priceScales: Record<PriceKind, PriceScale> = {
  input: perMillionTokens,
  cachedInput: perMillionTokens,
  cacheWrite: perMillionTokens,
  cacheWrite12h: perMillionTokens,
  output: perMillionTokens,
  audioInput: perMillionTokens,
  audioCachedInput: perMillionTokens,
  audioOutput: perMillionTokens,
  imageInput: perMillionTokens,
  imageCachedInput: perMillionTokens,
  imageOutput: perMillionTokens,
  audioHour: { unit: 'audio hour', unitsPerPrice: 1n, per: 'hour of audio' },
  speechCharacter: { unit: 'character', unitsPerPrice: 1_000_000n, per: '1M characters' },
  videoSecond: { unit: 'video second', unitsPerPrice: 1n, per: 'second of video' },
  image: { unit: 'image', unitsPerPrice: 1n, per: 'image' },
  webSearchCall: perThousandCalls,
  fileSearchCall: perThousandCalls,
  containerSession: { unit: 'session', unitsPerPrice: 1n, per: 'session' },
};

export const priceKinds = Object.keys(priceScales) as [PriceKind, ...PriceKind[]];
