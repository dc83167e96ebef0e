import { describe, expect, it } from 'vitest';

import { buildPriceBook } from './build-price-book.js';
import { findPrice } from './find-price.js';
import type { PricedModel, PriceLine, PriceSheet } from './price-sheet.js';

function sheetOf(...models: PricedModel[]): PriceSheet {
  return {
    name: 'test',
    collectedOn: '2026-01-01',
    sources: { page: { title: 'Price page', publishedOn: '2025-12-31' } },
    models,
  };
}

function bookOf(...prices: Partial<PriceLine>[]) {
  const lines = prices.map((line) => ({ tier: 'standard' as const, source: 'page', ...line }));
  return buildPriceBook(sheetOf({ model: 'm', prices: lines }));
}

const inputKey = { model: 'm', tier: 'standard', context: 'short', kind: 'input', variant: null } as const;

describe('buildPriceBook', () => {
  it('parses a price per million tokens to exact pico-USD per token', () => {
    const perToken = (input: string) => findPrice(bookOf({ input }), inputKey, '2026-01-01')?.picoUsdPerUnit;
    expect(perToken('0.0125')).toBe(12_500n);
    expect(perToken('0.000001')).toBe(1n);
    expect(perToken('600')).toBe(600_000_000n);
    expect(perToken('0')).toBe(0n);
  });

  it('parses the prices of other units by what they are for', () => {
    const book = bookOf({
      webSearchCall: '10',
      speechCharacter: '15',
      audioHour: '0.36',
      images: { 'low 1x1': '0.011' },
    });
    expect(book.rows.map(({ kind, variant, unit, picoUsdPerUnit }) => [kind, variant, unit, picoUsdPerUnit])).toEqual([
      ['audioHour', null, 'audio hour', 360_000_000_000n],
      ['speechCharacter', null, 'character', 15_000_000n],
      ['webSearchCall', null, 'call', 10_000_000_000n],
      ['image', 'low 1x1', 'image', 11_000_000_000n],
    ]);
  });

  it.each(['0.0000001', '1e-3', '-1', '1,5', '.5', '', ' 1', '1.'])(
    'refuses %j, which it cannot hold exactly',
    (input) => {
      expect(() => bookOf({ input })).toThrow(RangeError);
    },
  );

  it('refuses two prices that hold on one day, and accepts ranges that touch', () => {
    const touching = bookOf({ input: '1', to: '2026-02-01' }, { input: '2', from: '2026-02-01' });
    expect(findPrice(touching, inputKey, '2026-01-31')?.picoUsdPerUnit).toBe(1_000_000n);
    expect(findPrice(touching, inputKey, '2026-02-01')?.picoUsdPerUnit).toBe(2_000_000n);
    expect(() => bookOf({ input: '1', to: '2026-02-02' }, { input: '2', from: '2026-02-01' })).toThrow('overlapping');
    expect(() => bookOf({ input: '1' }, { input: '2', from: '2026-02-01' })).toThrow('overlapping');
    expect(() => bookOf({ input: '1' }, { input: '1' })).toThrow('overlapping');
    expect(() => bookOf({ input: '1', from: '2026-02-01', to: '2026-02-01' })).toThrow('empty');
  });

  it.each(['2026-2-1', '2026-02-30', '01.02.2026', 'soon'])('refuses %j as a day', (from) => {
    expect(() => bookOf({ input: '1', from })).toThrow(RangeError);
  });

  it('refuses a name claimed by two models, and a source that is not listed', () => {
    expect(() =>
      buildPriceBook(sheetOf({ model: 'a', prices: [] }, { model: 'b', aliases: ['a'], prices: [] })),
    ).toThrow('names two models');
    expect(() => bookOf({ input: '1', source: 'hearsay' })).toThrow('unknown source');
  });

  it('names a version that changes with any price and with nothing else', () => {
    expect(bookOf({ input: '1' }).version).toMatch(/^test-2026-01-01-[0-9a-f]{12}$/);
    expect(bookOf({ input: '1' }).version).toBe(bookOf({ input: '1' }).version);
    expect(bookOf({ input: '1' }).version).not.toBe(bookOf({ input: '1.01' }).version);
  });

  it('puts what a region adds on prices per token alone, with its source and days, and into the version', () => {
    const prices = [{ tier: 'standard' as const, source: 'page', input: '1', audioHour: '1' }];
    const regional = { percent: '12.5', source: 'page', from: '2026-02-01', confidence: 'low' as const };
    const { rows, version } = buildPriceBook(sheetOf({ model: 'm', regional, prices }));
    expect(rows.map(({ kind, regionalUplift }) => [kind, regionalUplift])).toEqual([
      [
        'input',
        {
          picoPercent: 12_500_000_000_000n,
          effectiveFrom: '2026-02-01',
          effectiveTo: null,
          source: 'Price page, 2025-12-31',
          confidence: 'low',
        },
      ],
      ['audioHour', null],
    ]);
    const other = { ...regional, percent: '12' };
    expect(buildPriceBook(sheetOf({ model: 'm', regional: other, prices })).version).not.toBe(version);
    for (const wrong of [{ percent: '-1' }, { from: '2026-2-1' }, { source: 'hearsay' }, { to: '2026-02-01' }]) {
      expect(() => buildPriceBook(sheetOf({ model: 'm', regional: { ...regional, ...wrong }, prices }))).toThrow(
        RangeError,
      );
    }
  });
});
