import type { OtherKind } from './price-sheet.js';
import { describe, expect, it } from 'vitest';

import { buildPriceBook } from './build-price-book.js';
import { costOfQuantity, type QuantityQuery } from './cost-of-quantity.js';
import { openAiPriceSheet } from './openai-prices.js';

const book = buildPriceBook(openAiPriceSheet);
const at = new Date('2026-11-20T12:00:00Z');
const cost = (query: Omit<QuantityQuery, 'at'>) => costOfQuantity(book, { ...query, at });

describe('the cost of a quantity', () => {
  it.each([
    ['an hour of audio', { kind: 'audioHour', model: 'whisper-1', quantity: 3600 }, 360_000_000_000n],
    ['a second of audio', { kind: 'audioHour', model: 'whisper-1', quantity: 1 }, 100_000_000n],
    ['characters', { kind: 'speechCharacter', model: 'tts-1', quantity: 1001 }, 1001n * 15_000_000n],
    ['seconds of video', { kind: 'videoSecond', model: 'sora-2', quantity: 7 }, 700_000_000_000n],
    ['images', { kind: 'image', model: 'gpt-image-1', variant: 'low 1024x1024', quantity: 3 }, 33_000_000_000n],
    ['web searches of any model', { kind: 'webSearchCall', model: 'gpt-4o', quantity: 1 }, 10_000_000_000n],
    ['web searches of none', { kind: 'webSearchCall', model: '', quantity: 2 }, 20_000_000_000n],
    ['file searches', { kind: 'fileSearchCall', model: '', quantity: 1 }, 2_500_000_000n],
    ['sessions', { kind: 'containerSession', model: '', quantity: 1 }, 30_000_000_000n],
    ['nothing', { kind: 'containerSession', model: '', quantity: 0 }, 0n],
  ] as const)('is exact for %s', (_name, query, costPicoUsd) => {
    expect(cost(query)).toEqual({ costPicoUsd, basis: 'exact', priceVersion: book.version });
  });

  it('says that an image of unknown quality was taken for one of the usual quality', () => {
    const reason = { basis: 'estimated', reason: 'image-quality-unknown' };
    const ofSize = { kind: 'image', variant: '1024x1024', quantity: 1 } as const;
    expect(cost({ ...ofSize, model: 'gpt-image-1' })).toMatchObject({ ...reason, costPicoUsd: 42_000_000_000n });
    expect(cost({ ...ofSize, model: 'dall-e-3' })).toMatchObject({ ...reason, costPicoUsd: 40_000_000_000n });
  });

  it('rounds half up, and says so, only where seconds of audio are no whole pico-USD', () => {
    const seconds = (quantity: number) => cost({ kind: 'audioHour', model: 'gpt-realtime-whisper', quantity });
    expect(seconds(1)).toMatchObject({ costPicoUsd: 283_333_333n, basis: 'estimated', reason: 'rounded' });
    expect(seconds(2)).toMatchObject({ costPicoUsd: 566_666_667n, basis: 'estimated', reason: 'rounded' });
    expect(seconds(3)).toMatchObject({ costPicoUsd: 850_000_000n, basis: 'exact' });
  });

  it('is unknown, and never 0, without a price', () => {
    const unpriced = (query: Omit<QuantityQuery, 'at' | 'quantity'>) => cost({ ...query, quantity: 5 });
    const without = (reason: string, kind: OtherKind) => ({
      costPicoUsd: null,
      basis: 'unpriced',
      reason,
      unpricedKinds: [kind],
      priceVersion: book.version,
    });
    expect(unpriced({ kind: 'audioHour', model: 'nobody-knows-1' })).toEqual(without('unknown-model', 'audioHour'));
    expect(unpriced({ kind: 'audioHour', model: 'tts-1' })).toEqual(without('no-price-for-audioHour', 'audioHour'));
    expect(unpriced({ kind: 'image', model: 'gpt-image-1', variant: '9x9' })).toEqual(
      without('no-price-for-image', 'image'),
    );
    expect(unpriced({ kind: 'image', model: 'gpt-image-1' })).toEqual(without('no-price-for-image', 'image'));
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %d as a quantity', (quantity) => {
    expect(() => cost({ kind: 'audioHour', model: 'whisper-1', quantity })).toThrow(RangeError);
  });
});
