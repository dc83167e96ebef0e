import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { buildPriceBook } from './build-price-book.js';
import { costOf, type Cost, type CostQuery } from './cost-of.js';
import { openAiPriceSheet } from './openai-prices.js';
import { usageFromChatCompletion } from './usage-from-chat-completion.js';
import { emptyUsage, type Usage } from './usage.js';

const book = buildPriceBook(openAiPriceSheet);
const at = new Date('2026-11-20T12:00:00Z');

/** One request of standard service on 2026-11-20, unless said otherwise. */
function cost(model: string, usage: Partial<Usage>, other: Partial<CostQuery> = {}): Cost {
  return costOf(book, { model, serviceTier: null, usage: { ...emptyUsage, requests: 1, ...usage }, at, ...other });
}

function usd(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
}

function exactly(decimal: string): Cost {
  return { costPicoUsd: usd(decimal), basis: 'exact', priceVersion: book.version };
}

const million = { inputUncachedTokens: 1_000_000 };
const thousandIn500Out = { inputUncachedTokens: 1_000, outputTokens: 500 };

describe('costOf, against hand-computed bills', () => {
  it.each([
    ['gpt-4o-mini', thousandIn500Out, '0.00045'],
    ['gpt-4o-mini-2024-07-18', thousandIn500Out, '0.00045'],
    ['gpt-4o', thousandIn500Out, '0.0075'],
    ['gpt-4o-2024-05-13', thousandIn500Out, '0.0125'],
    ['gpt-4.1', thousandIn500Out, '0.006'],
    ['gpt-4.1-nano', thousandIn500Out, '0.0003'],
    ['gpt-5', thousandIn500Out, '0.00625'],
    ['gpt-5-nano', thousandIn500Out, '0.00025'],
    ['gpt-5.4-mini', thousandIn500Out, '0.003'],
    ['gpt-5.6-luna', thousandIn500Out, '0.0008'],
    ['gpt-6.1-sol', thousandIn500Out, '0.007'],
    ['gpt-6.2-astra', thousandIn500Out, '0.028'],
    ['o3', thousandIn500Out, '0.006'],
    ['o4-mini', thousandIn500Out, '0.0033'],
    ['ft:gpt-4o-mini-2024-07-18:acme::AbC', thousandIn500Out, '0.0009'],
    ['gpt-5-nano', { inputUncachedTokens: 1 }, '0.00000005'],
    ['gpt-5-nano', { inputCachedTokens: 1 }, '0.000000005'],
    ['text-embedding-3-small', million, '0.02'],
    ['text-embedding-3-large', million, '0.13'],
    ['omni-moderation-latest', {}, '0'],
    ['omni-moderation-latest', million, '0'],
    ['gpt-4o-audio-preview', { audioInputTokens: 1_000, audioOutputTokens: 500 }, '0.08'],
    ['gpt-image-1', { inputUncachedTokens: 100, imageInputTokens: 300, imageOutputTokens: 4_000 }, '0.1635'],
    // 500 × 1 + 300 × 0.05 + 150 × 1.25 + 50 × 2.50 + 100 × 5 USD per million
    [
      'gpt-6.1-terra',
      {
        inputUncachedTokens: 500,
        inputCachedTokens: 300,
        cacheWriteTokens: 150,
        cacheWrite12hTokens: 50,
        outputTokens: 100,
        reasoningTokens: 80,
      },
      '0.0013275',
    ],
  ])('%s, %j costs %s USD', (model, usage, expected) => {
    expect(cost(model, usage)).toEqual(exactly(expected));
  });

  it('does not bill cached tokens twice', () => {
    const reading = usageFromChatCompletion({
      prompt_tokens: 10_000,
      completion_tokens: 0,
      total_tokens: 10_000,
      prompt_tokens_details: { cached_tokens: 9_000 },
    });
    // 1,000 × 2.50 + 9,000 × 1.25 USD per million; twice would be 0.03625.
    expect(cost('gpt-4o', reading?.usage ?? {})).toEqual(exactly('0.01375'));
  });

  it('bills reasoning as the output it is part of, once', () => {
    expect(cost('o3', { outputTokens: 500, reasoningTokens: 480 })).toEqual(cost('o3', { outputTokens: 500 }));
  });
});

describe('costOf, by the tier that served', () => {
  it.each([
    [null, '0.007'],
    ['auto', '0.007'],
    ['default', '0.007'],
    ['batch', '0.0035'],
    ['flex', '0.0035'],
    ['priority', '0.014'],
    ['fast', '0.014'],
  ])('gpt-6.1-sol served as %s costs %s USD', (serviceTier, expected) => {
    expect(cost('gpt-6.1-sol', thousandIn500Out, { serviceTier })).toEqual(exactly(expected));
  });

  it.each(['scale', 'ultrafast', 'a-later-tier'])(
    '%s, which has no price list, is estimated at standard',
    (serviceTier) => {
      expect(cost('gpt-4o-mini', thousandIn500Out, { serviceTier })).toMatchObject({
        costPicoUsd: usd('0.00045'),
        basis: 'estimated',
        reason: 'tier-unknown',
      });
    },
  );

  it('a tier that the model has no price for is estimated at standard, never silently', () => {
    expect(cost('gpt-5', thousandIn500Out, { serviceTier: 'batch' })).toMatchObject({
      costPicoUsd: usd('0.00625'),
      basis: 'estimated',
      reason: 'tier-price-missing',
    });
  });

  it('a tier with some prices uses them, and standard for the rest', () => {
    // Batch of gpt-4.1 has no cached price: 1,000 × 1.00 + 1,000 × 0.50 USD per million.
    const mixed = { inputUncachedTokens: 1_000, inputCachedTokens: 1_000 };
    expect(cost('gpt-4.1', mixed, { serviceTier: 'batch' })).toMatchObject({
      costPicoUsd: usd('0.0015'),
      basis: 'estimated',
      reason: 'tier-price-missing',
    });
  });
});

describe('costOf, on dates', () => {
  it.each([
    ['o3', '2025-06-09T23:59:59.999Z', '10'],
    ['o3', '2025-06-10T00:00:00.000Z', '2'],
    ['o3', '2025-06-11T00:00:00.000Z', '2'],
    ['gpt-5.6-sol', '2026-08-20T23:59:59.999Z', '5'],
    ['gpt-5.6-sol', '2026-08-21T00:00:00.000Z', '4'],
    ['gpt-5.6-sol', '2026-11-21T23:59:59.999Z', '4'],
    ['gpt-5.6-luna', '2026-07-29T23:59:59.999Z', '1'],
    ['gpt-5.6-luna', '2026-07-30T00:00:00.000Z', '0.2'],
    ['gpt-6.2-sol', '2026-11-17T00:00:00.000Z', '2'],
  ])('a million tokens of %s read at %s cost %s USD', (model, instant, expected) => {
    expect(cost(model, { ...million, requests: 100 }, { at: new Date(instant) }).costPicoUsd).toEqual(usd(expected));
  });

  it('changes price at midnight UTC, not at local midnight', () => {
    const inTokyo = new Date('2025-06-10T08:59:59+09:00');
    expect(cost('o3', million, { at: inTokyo })).toEqual(exactly('10'));
  });

  it('is not exact once the promotion of gpt-5.6-sol may have ended', () => {
    expect(cost('gpt-5.6-sol', thousandIn500Out)).toEqual(exactly('0.014'));
    expect(cost('gpt-5.6-sol', thousandIn500Out, { at: new Date('2026-11-22T00:00:00Z') })).toMatchObject({
      costPicoUsd: usd('0.02'),
      basis: 'estimated',
      reason: 'price-derived',
    });
  });

  it('has no price for a model before its first day', () => {
    expect(cost('gpt-6.2-sol', thousandIn500Out, { at: new Date('2026-11-16T23:59:59.999Z') })).toMatchObject({
      costPicoUsd: null,
      basis: 'unpriced',
      reason: 'no-price-on-date-for-input',
    });
  });

  it('refuses an invalid date', () => {
    expect(() => cost('o3', million, { at: new Date('never') })).toThrow(RangeError);
  });
});

describe('costOf, without a price', () => {
  it.each(['gpt-9', 'gpt-4o-mini-xyz', 'gpt-5.6-sol-pro', 'ft:gpt-5:acme::AbC', ''])(
    'the unknown model %j costs null, never 0',
    (model) => {
      expect(cost(model, thousandIn500Out)).toEqual({
        costPicoUsd: null,
        basis: 'unpriced',
        reason: 'unknown-model',
        unpricedKinds: ['input', 'output'],
        priceVersion: book.version,
      });
      expect(cost(model, {}).costPicoUsd).toBeNull();
    },
  );

  it.each([
    ['gpt-4o-mini', { ...thousandIn500Out, audioInputTokens: 1 }, 'no-price-for-audioInput'],
    ['gpt-4o-mini', { ...thousandIn500Out, imageOutputTokens: 1 }, 'no-price-for-imageOutput'],
    ['text-embedding-3-small', { outputTokens: 1 }, 'no-price-for-output'],
    ['dall-e-3', {}, 'no-price-for-input'],
    ['whisper-1', {}, 'no-price-for-input'],
    ['tool:web-search', {}, 'no-price-for-input'],
  ])('%s with %j costs null as a whole', (model, usage, reason) => {
    expect(cost(model, usage)).toMatchObject({ costPicoUsd: null, basis: 'unpriced', reason });
  });

  it('names every kind that lacks a price, and none that another stands in for', () => {
    const usage = { ...thousandIn500Out, inputCachedTokens: 1, audioInputTokens: 1, imageOutputTokens: 1 };
    expect(cost('gpt-4o-mini', usage)).toMatchObject({
      reason: 'no-price-for-audioInput',
      unpricedKinds: ['audioInput', 'imageOutput'],
    });
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %d as a token count', (outputTokens) => {
    expect(() => cost('o3', { outputTokens })).toThrow(RangeError);
    expect(() => cost('gpt-9', { outputTokens })).toThrow(RangeError);
  });
});

describe('costOf, by substitutes and doubtful prices', () => {
  it.each([
    [
      'cached tokens of a model without a cached price, as input',
      'gpt-4-turbo',
      { inputCachedTokens: 1_000 },
      '0.01',
      'cached-price-missing',
    ],
    [
      '12-hour cache writes without a price, as 30-minute ones',
      'gpt-6.1-sol',
      { cacheWrite12hTokens: 1_000 },
      '0.0025',
      'cache-write-12h-price-missing',
    ],
    [
      'cached audio without a cached price, as audio',
      'gpt-audio',
      { audioCachedInputTokens: 1_000 },
      '0.032',
      'cached-price-missing',
    ],
    ['a price computed by rule', 'gpt-6.2-sol', { cacheWriteTokens: 1_000 }, '0.0025', 'price-derived'],
    ['a doubtful price', 'gpt-chat-latest', { outputTokens: 1_000 }, '0.03', 'price-doubtful'],
  ])('estimates %s', (_what, model, usage, expected, reason) => {
    expect(cost(model, usage)).toMatchObject({ costPicoUsd: usd(expected), basis: 'estimated', reason });
  });

  it.each([
    [
      'cache writes before GPT-5.6 as the input they are',
      'gpt-4o',
      { cacheWriteTokens: 600, cacheWrite12hTokens: 400 },
      '0.0025',
    ],
    ['images read by a text model as text', 'gpt-4o', { imageInputTokens: 1_000 }, '0.0025'],
    ['cached images read by a text model as cached text', 'gpt-4o', { imageCachedInputTokens: 1_000 }, '0.00125'],
  ])('bills %s, exactly', (_what, model, usage, expected) => {
    expect(cost(model, usage)).toEqual(exactly(expected));
  });

  it('hands on that the counts themselves are estimated', () => {
    expect(cost('gpt-4o-mini', thousandIn500Out, { usageBasis: 'estimated' })).toMatchObject({
      costPicoUsd: usd('0.00045'),
      basis: 'estimated',
      reason: 'usage-estimated',
    });
  });
});

describe('costOf, with long context', () => {
  const longInput = (inputUncachedTokens: number, requests = 1) => ({
    inputUncachedTokens,
    outputTokens: 1_000,
    requests,
  });

  it('prices the whole request higher from one token above 272,000 of any input', () => {
    expect(cost('gpt-5.5', longInput(271_999))).toEqual(exactly('1.389995'));
    expect(cost('gpt-5.5', longInput(272_000))).toEqual(exactly('1.39'));
    expect(cost('gpt-5.5', longInput(272_001))).toEqual(exactly('2.76501'));
    expect(cost('gpt-5.5', { inputCachedTokens: 272_000, inputUncachedTokens: 1 })).toEqual(exactly('0.27201'));
  });

  it.each([
    ['standard', 272_000, '0.644', 'exact'],
    ['standard', 272_001, '1.238004', 'exact'],
    ['priority', 272_000, '1.288', 'exact'],
    ['priority', 272_001, '2.476008', 'exact'],
    ['batch', 272_000, '0.322', 'exact'],
    ['batch', 272_001, '0.619002', 'estimated'],
    ['flex', 272_000, '0.322', 'exact'],
    ['flex', 272_001, '0.619002', 'estimated'],
  ])(
    'prices it by the tier that served: gpt-6.1-sol as %s with %d tokens costs %s USD',
    (serviceTier, input, ...is) => {
      const [expected, basis] = is;
      const usage = { inputUncachedTokens: input, outputTokens: 10_000 };
      expect(cost('gpt-6.1-sol', usage, { serviceTier })).toMatchObject({ costPicoUsd: usd(expected), basis });
    },
  );

  it('says that the long price of a tier was derived, where no source states it', () => {
    const usage = { inputUncachedTokens: 272_000, inputCachedTokens: 600, cacheWriteTokens: 400, outputTokens: 1_000 };
    // 272,000 × 16 + 600 × 1.6 + 400 × 20 + 1,000 × 60 USD per million.
    expect(cost('gpt-5.6-sol', usage, { serviceTier: 'priority' })).toMatchObject({
      costPicoUsd: usd('4.42096'),
      basis: 'estimated',
      reason: 'price-derived',
    });
  });

  it('does not call a sum of requests exact when it may hold a long one', () => {
    expect(cost('gpt-5.5', longInput(272_000, 2)).basis).toBe('exact');
    expect(cost('gpt-5.5', longInput(272_001, 2))).toMatchObject({
      costPicoUsd: usd('1.390005'),
      basis: 'estimated',
      reason: 'long-context-unknown',
    });
  });

  it('leaves models alone that have one price for every length', () => {
    expect(cost('gpt-4.1', { inputUncachedTokens: 900_000 })).toEqual(exactly('1.8'));
  });
});

describe('costOf, as arithmetic', () => {
  const count = fc.integer({ min: 0, max: 2 ** 40 });
  const usageOf = fc.record({
    inputUncachedTokens: count,
    inputCachedTokens: count,
    cacheWriteTokens: count,
    outputTokens: count,
  });
  const textModels = openAiPriceSheet.models.filter(({ prices }) =>
    prices.some((line) => line.cachedInput && line.input && line.output && !line.from && !line.to && !line.context),
  );

  it('costs a sum of usages what they cost one by one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...textModels), usageOf, usageOf, ({ model }, a, b) => {
        const sum = {
          inputUncachedTokens: a.inputUncachedTokens + b.inputUncachedTokens,
          inputCachedTokens: a.inputCachedTokens + b.inputCachedTokens,
          cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
          outputTokens: a.outputTokens + b.outputTokens,
        };
        // Sums, not single requests, which long context would make dearer than their parts.
        const [ofA, ofB, ofSum] = [a, b, sum].map((usage) => cost(model, { ...usage, requests: 2 }).costPicoUsd);
        expect((ofA ?? -1n) + (ofB ?? -1n)).toBe(ofSum);
      }),
    );
  });

  it('is exact against rational arithmetic on the written prices', () => {
    // USD per 1M tokens with at most 6 decimals: times 1e6 it is a whole number, in pico-USD per token.
    const perToken = (price: string | undefined) => BigInt(Math.round(Number(price) * 1_000_000));
    expect(textModels.length).toBeGreaterThan(20);
    fc.assert(
      fc.property(fc.constantFrom(...textModels), count, count, count, ({ model, prices }, input, cached, output) => {
        const line = prices.find(({ tier, cachedInput }) => tier === 'standard' && cachedInput);
        const usage = { inputUncachedTokens: input, inputCachedTokens: cached, outputTokens: output, requests: 2 };
        expect(cost(model, usage).costPicoUsd).toBe(
          BigInt(input) * perToken(line?.input) +
            BigInt(cached) * perToken(line?.cachedInput) +
            BigInt(output) * perToken(line?.output),
        );
      }),
    );
  });
});
