import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyOverrides } from './apply-overrides.js';
import { buildPriceBook } from './build-price-book.js';
import { costOf, type CostQuery } from './cost-of.js';
import { diffPriceBooks } from './diff-price-books.js';
import { openAiPriceSheet } from './openai-prices.js';
import type { PriceBook } from './price-book.js';
import type { PriceOverride } from './price-override.js';
import type { UpliftLine } from './price-sheet.js';
import { emptyUsage, type Usage } from './usage.js';

const openAi = buildPriceBook(openAiPriceSheet);

function cost(book: PriceBook, model: string, usage: Partial<Usage>, other: Partial<CostQuery> = {}) {
  const at = new Date('2026-11-20T12:00:00Z');
  const query = { model, serviceTier: null, usage: { ...emptyUsage, requests: 1, ...usage }, at, isRegional: true };
  return costOf(book, { ...query, ...other });
}

/** A model at 3 pico-USD per token of input and 1,000 of output. */
function bookWith(regional: Partial<UpliftLine>): PriceBook {
  return buildPriceBook({
    name: 'test',
    collectedOn: '2026-01-01',
    sources: { page: { title: 'Price page', publishedOn: '2025-12-31' } },
    models: [
      {
        model: 'm',
        regional: { percent: '10', source: 'page', ...regional },
        prices: [{ tier: 'standard', source: 'page', input: '0.000003', output: '0.001' }],
      },
    ],
  });
}

function override(says: Partial<PriceOverride>): PriceOverride {
  const any = { tier: null, context: null, kind: null, variant: null, effectiveFrom: null, effectiveTo: null };
  const createdAt = new Date('2026-02-02T10:00:00Z');
  return { id: 'id', model: 'm', ...any, picoUsdPerUnit: null, picoPercentOff: null, createdAt, ...says };
}

describe('what was processed in a region', () => {
  it.each([
    ['gpt-5.4-mini', null, { inputUncachedTokens: 1_000, outputTokens: 500 }, 3_300_000_000n],
    ['gpt-5.6-sol', 'priority', { cacheWriteTokens: 100, inputCachedTokens: 10 }, 1_108_800_000n],
    ['gpt-6.1-terra', 'batch', { inputUncachedTokens: 1 }, 550_000n],
    ['gpt-6.1-terra', null, { inputUncachedTokens: 272_001 }, 598_402_200_000n],
    ['gpt-6-luna-2026-09-22', 'flex', { outputTokens: 1 }, 275_000n],
  ])('costs a tenth more, of %s at tier %s', (model, serviceTier, usage, expected) => {
    expect(cost(openAi, model, usage, { serviceTier }).costPicoUsd).toBe(expected);
  });

  it.each(['gpt-4o', 'gpt-5', 'gpt-5.3-codex', 'gpt-image-2', 'gpt-realtime-2', 'text-embedding-3-small'])(
    'costs as much as elsewhere, of %s',
    (model) => {
      const usage = { inputUncachedTokens: 1_000 };
      expect(cost(openAi, model, usage)).toEqual(cost(openAi, model, usage, { isRegional: false }));
    },
  );

  it('is exact, and its part is rounded half up once where it is no whole pico-USD', () => {
    const of = (input: number, output = 0) => {
      const { costPicoUsd, basis, ...rest } = cost(bookWith({}), 'm', {
        inputUncachedTokens: input,
        outputTokens: output,
      });
      return [costPicoUsd, basis, 'reason' in rest ? rest.reason : null];
    };
    expect(of(10)).toEqual([33n, 'exact', null]);
    expect(of(1)).toEqual([3n, 'estimated', 'rounded']); // 3.3
    expect(of(5)).toEqual([17n, 'estimated', 'rounded']); // 16.5
    expect(of(5, 1)).toEqual([1_117n, 'estimated', 'rounded']); // 16.5 and 1,100
    expect(of(0)).toEqual([0n, 'exact', null]);
  });

  it('costs, for any counts, what rational arithmetic says', () => {
    const count = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 0, max: 5_000 }), (input, output, thousandths) => {
        const book = bookWith({ percent: (thousandths / 1_000).toFixed(3) });
        const listed = BigInt(input) * 3n + BigInt(output) * 1_000n;
        const expected = (listed * BigInt(100_000 + thousandths) * 2n + 100_000n) / 200_000n;
        expect(cost(book, 'm', { inputUncachedTokens: input, outputTokens: output }).costPicoUsd).toBe(expected);
      }),
    );
  });

  it('costs more on the days alone on which the uplift holds', () => {
    const book = bookWith({ from: '2026-03-01', to: '2026-04-01' });
    const on = (at: string) => cost(book, 'm', { outputTokens: 10 }, { at: new Date(at) }).costPicoUsd;
    expect(
      ['2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z', '2026-03-31T23:59:59Z', '2026-04-01T00:00:00Z'].map(on),
    ).toEqual([10_000n, 11_000n, 11_000n, 10_000n]);
  });

  it('is estimated where the uplift is doubtful, and elsewhere as sure as the price', () => {
    const book = bookWith({ confidence: 'derived' });
    const usage = { outputTokens: 10 };
    expect(cost(book, 'm', usage)).toMatchObject({ costPicoUsd: 11_000n, basis: 'estimated', reason: 'price-derived' });
    expect(cost(book, 'm', usage, { isRegional: false })).toMatchObject({ costPicoUsd: 10_000n, basis: 'exact' });
  });
});

describe('a tenant’s own terms, for what was processed in a region', () => {
  const book = bookWith({});
  const usage = { inputUncachedTokens: 10, outputTokens: 10 };
  const own = override({ kind: 'output', picoUsdPerUnit: 1_000n });

  it('leave a price of its own as it is, and the book’s other prices with their uplift', () => {
    expect(cost(applyOverrides(book, [own]), 'm', usage).costPicoUsd).toBe(10_000n + 33n);
  });

  it('take a discount off the book’s price, and the uplift comes on top of that', () => {
    const discounted = applyOverrides(book, [override({ picoPercentOff: 15_000_000_000_000n, kind: 'output' })]);
    expect(cost(discounted, 'm', usage).costPicoUsd).toBe(9_350n + 33n);
    expect(cost(discounted, 'm', usage, { isRegional: false }).costPicoUsd).toBe(8_500n + 30n);
  });

  it('differ from the book when they take the uplift away, though the price is the same', () => {
    expect(diffPriceBooks(book, applyOverrides(book, [own]))).toMatchObject([
      { model: 'm', tier: 'standard', kind: 'output', before: 1_000n, after: 1_000n },
      { tier: 'batch', before: null },
      { tier: 'flex', before: null },
      { tier: 'priority', before: null },
    ]);
  });
});
