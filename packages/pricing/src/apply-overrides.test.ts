import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyOverrides } from './apply-overrides.js';
import { buildPriceBook } from './build-price-book.js';
import { costOf } from './cost-of.js';
import { costOfQuantity } from './cost-of-quantity.js';
import { findModel } from './find-model.js';
import { findPrice } from './find-price.js';
import { isInForce } from './is-in-force.js';
import { openAiPriceSheet } from './openai-prices.js';
import type { PriceBook, PriceKey } from './price-book.js';
import type { PriceOverride } from './price-override.js';
import { emptyUsage } from './usage.js';

const base = buildPriceBook({
  name: 'test',
  collectedOn: '2026-01-01',
  sources: { page: { title: 'Price page', publishedOn: '2025-12-31' } },
  models: [
    {
      model: 'm',
      aliases: ['m-alias'],
      prices: [
        { tier: 'standard', source: 'page', to: '2026-03-01', input: '3', output: '9' },
        { tier: 'standard', source: 'page', from: '2026-03-01', to: '2026-06-01', input: '2', output: '8' },
        { tier: 'batch', source: 'page', input: '1', output: '4' },
        { tier: 'standard', context: 'long', source: 'page', input: '6' },
      ],
    },
    { model: 'n', prices: [{ tier: 'standard', source: 'page', confidence: 'low', input: '0.000003' }] },
    { model: 'draws', prices: [{ tier: 'standard', source: 'page', images: { 'low 1x1': '1', 'medium 1x1': '2' } }] },
  ],
});

let made = 0;
function override(changes: Partial<PriceOverride>): PriceOverride {
  made += 1;
  return {
    id: `id-${String(made).padStart(5, '0')}`,
    model: 'm',
    tier: null,
    context: null,
    kind: null,
    variant: null,
    picoUsdPerUnit: null,
    picoPercentOff: null,
    effectiveFrom: null,
    effectiveTo: null,
    createdAt: new Date('2026-02-02T10:00:00Z'),
    ...changes,
  };
}
const percent = (off: number) => ({ picoPercentOff: BigInt(Math.round(off * 1e6)) * 1_000_000n });
const inputKey: PriceKey = { model: 'm', tier: 'standard', context: 'short', kind: 'input', variant: null };
const priceOn = (book: PriceBook, day: string, key: Partial<PriceKey> = {}) =>
  findPrice(book, { ...inputKey, ...key }, day)?.picoUsdPerUnit;

describe('overrides on a book', () => {
  it('are the book itself when there are none', () => {
    expect(applyOverrides(base, [])).toBe(base);
  });

  it('cut the dated prices of the book on their own days', () => {
    const book = applyOverrides(base, [
      override({ ...percent(10), kind: 'input', effectiveFrom: '2026-02-01', effectiveTo: '2026-04-01' }),
    ]);
    const dated = book.rowsByKey.get('m|standard|short|input|');
    expect(dated?.map((row) => [row.effectiveFrom, row.effectiveTo, row.picoUsdPerUnit])).toEqual([
      [null, '2026-02-01', 3_000_000n],
      ['2026-02-01', '2026-03-01', 2_700_000n],
      ['2026-03-01', '2026-04-01', 1_800_000n],
      ['2026-04-01', '2026-06-01', 2_000_000n],
    ]);
    expect(priceOn(book, '2026-03-05', { kind: 'output' })).toBe(8_000_000n);
    expect(dated?.map((row) => row.overrideId !== null)).toEqual([false, true, true, false]);
  });

  it('round a discounted price half up to whole pico-USD, and may be a surcharge', () => {
    const of = (off: number) =>
      priceOn(applyOverrides(base, [override({ model: 'n', ...percent(off) })]), '2026-01-01', { model: 'n' });
    expect([50, 49.9, 83.4, 100, -10, -50].map(of)).toEqual([2n, 2n, 0n, 0n, 3n, 5n]);
  });

  it('leave a doubtful price doubtful under a discount, and trust a price of one’s own', () => {
    const row = (changes: Partial<PriceOverride>) =>
      findPrice(
        applyOverrides(base, [override({ model: 'n', ...changes })]),
        { ...inputKey, model: 'n' },
        '2026-01-01',
      );
    expect(row(percent(10))).toMatchObject({
      confidence: 'low',
      source: 'your own discount, 2026-02-02, on Price page, 2025-12-31',
    });
    expect(row({ kind: 'input', picoUsdPerUnit: 7n })).toMatchObject({
      confidence: 'high',
      source: 'your own price, 2026-02-02',
    });
  });

  it('hold in every tier, context and variant that they leave open', () => {
    const book = applyOverrides(base, [
      override({ kind: 'input', picoUsdPerUnit: 5n }),
      override({ model: 'draws', kind: 'image', picoUsdPerUnit: 6n }),
    ]);
    expect(priceOn(book, '2030-01-01', { tier: 'batch' })).toBe(5n);
    expect(priceOn(book, '2030-01-01', { tier: 'flex' })).toBe(5n);
    expect(priceOn(book, '2030-01-01', { context: 'long' })).toBe(5n);
    const drawn = (variant: string) =>
      costOfQuantity(book, { kind: 'image', model: 'draws', variant, quantity: 2, at: new Date('2026-01-01') });
    expect(drawn('low 1x1')).toMatchObject({ costPicoUsd: 12n, basis: 'exact' });
    expect(drawn('9x9')).toMatchObject({ costPicoUsd: 12n, basis: 'exact' });
  });

  it('narrow to a tier, a context and a variant', () => {
    const book = applyOverrides(base, [
      override({ ...percent(50), tier: 'batch', context: 'short' }),
      override({ ...percent(50), model: 'draws', variant: 'low 1x1' }),
    ]);
    expect(priceOn(book, '2026-01-01')).toBe(3_000_000n);
    expect(priceOn(book, '2026-01-01', { tier: 'batch' })).toBe(500_000n);
    expect(priceOn(book, '2026-01-01', { context: 'long' })).toBe(6_000_000n);
    const image = { model: 'draws', kind: 'image' } as const;
    expect(priceOn(book, '2026-01-01', { ...image, variant: 'low 1x1' })).toBe(500_000_000_000n);
    expect(priceOn(book, '2026-01-01', { ...image, variant: 'medium 1x1' })).toBe(2_000_000_000_000n);
  });

  it('mean the model of the book under an alias or a snapshot, and a model of one’s own under any other name', () => {
    const own = { kind: 'input', picoUsdPerUnit: 5n } as const;
    for (const model of ['m', 'm-alias', 'm-2026-01-01']) {
      const book = applyOverrides(base, [override({ ...own, model })]);
      expect(findModel(book, model)).toBe('m');
      expect(priceOn(book, '2026-01-01')).toBe(5n);
    }
    const tuned = applyOverrides(base, [override({ ...own, model: 'ft:mine:acme::1' })]);
    expect(findModel(tuned, 'ft:mine:acme::2')).toBe('ft:mine');
    const added = applyOverrides(base, [override({ ...own, model: 'mine' })]);
    const usage = { ...emptyUsage, requests: 1, inputUncachedTokens: 3 };
    const at = new Date('2026-01-01');
    const cost = (serviceTier: string | null) => costOf(added, { model: 'mine-2026-01-01', serviceTier, usage, at });
    expect([cost(null), cost('priority')]).toMatchObject([
      { costPicoUsd: 15n, basis: 'exact' },
      { costPicoUsd: 15n, basis: 'exact' },
    ]);
  });

  it('have a version that tells every difference in prices, and no other', () => {
    const early = override({ ...percent(10) });
    const late = override({ ...percent(20), createdAt: new Date('2026-02-03T00:00:00Z') });
    const version = (...overrides: PriceOverride[]) => applyOverrides(base, overrides).version;
    expect(version(early, late)).toBe(version(late, early));
    expect(version({ ...early, id: 'another' })).toBe(version(early));
    const others = [
      version(early),
      version(late),
      version(early, late),
      version({ ...early, tier: 'batch' }),
      base.version,
    ];
    expect(new Set(others).size).toBe(others.length);
    expect(version(early).startsWith(`${base.version}+`)).toBe(true);
  });

  it('take a discount off every model of the shipped book with one line', () => {
    const shipped = buildPriceBook(openAiPriceSheet);
    const book = applyOverrides(shipped, [override({ ...percent(25), model: '*' })]);
    expect(book.rows).toHaveLength(shipped.rows.length);
    for (const row of shipped.rows) {
      const cut = findPrice(book, row, row.effectiveFrom ?? '2000-01-01')?.picoUsdPerUnit;
      expect(cut).toBe((row.picoUsdPerUnit * 75n + 50n) / 100n);
    }
  });
});

const day = fc.integer({ min: 0, max: 240 }).map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
const days = fc
  .tuple(fc.option(day), fc.option(day))
  .filter(([from, to]) => from === null || to === null || from < to)
  .map(([effectiveFrom, effectiveTo]) => ({ effectiveFrom, effectiveTo }));
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 10_000_000n }).map((picoUsdPerUnit) => ({ picoUsdPerUnit, kind: 'input' as const })),
  fc.integer({ min: -100, max: 100 }).map((off) => ({ ...percent(off), kind: null })),
);
const anyOverride = fc
  .tuple(amount, days, fc.constantFrom(null, 'standard' as const, 'batch' as const), fc.integer({ min: 1, max: 3 }))
  .map(([price, period, tier, month]) =>
    override({ ...price, ...period, tier, createdAt: new Date(Date.UTC(2026, month, 1)) }),
  );

/** What the rules say for one day, without any cutting. */
function expectedOn(overrides: readonly PriceOverride[], key: PriceKey, on: string): bigint | undefined {
  const strength = (one: PriceOverride) =>
    `${Number(one.picoUsdPerUnit !== null)} ${one.createdAt.toISOString()} ${one.id}`;
  const [winner] = overrides
    .filter((one) => isInForce(one, on) && (one.tier ?? key.tier) === key.tier)
    .toSorted((a, b) => (strength(a) < strength(b) ? 1 : -1));
  const listed = findPrice(base, key, on)?.picoUsdPerUnit;
  if (!winner) return listed;
  if (winner.picoUsdPerUnit !== null) return winner.picoUsdPerUnit;
  const off = Number((winner.picoPercentOff ?? 0n) / 1_000_000_000_000n);
  return listed === undefined ? undefined : (listed * BigInt(100 - off) * 2n + 100n) / 200n;
}

describe('what a tenant agreed for a tier of the shipped book', () => {
  const shipped = buildPriceBook(openAiPriceSheet);
  const usage = { ...emptyUsage, requests: 1, inputUncachedTokens: 272_001, outputTokens: 10_000 };
  const at = new Date('2026-11-20');
  const cost = (serviceTier: string, says: Partial<PriceOverride>) =>
    costOf(applyOverrides(shipped, [override({ model: 'gpt-6.1-sol', ...says })]), {
      model: 'gpt-6.1-sol',
      serviceTier,
      usage,
      at,
    }).costPicoUsd;

  it.each([
    ['batch', 557_101_800_000n],
    ['flex', 557_101_800_000n],
    ['priority', 2_228_407_200_000n],
  ] as const)('holds for its long context too: a tenth off %s', (tier, expected) => {
    expect(cost(tier, { ...percent(10), tier })).toBe(expected);
    expect(cost(tier, { ...percent(10), tier: 'standard' })).not.toBe(expected);
  });

  it('may be a price of its own, for each length of the request', () => {
    expect(cost('batch', { tier: 'batch', kind: 'input', picoUsdPerUnit: 0n })).toBe(75_000_000_000n);
  });
});

describe('any overrides', () => {
  it('give each day the price that their rules say, whatever overlaps', () => {
    fc.assert(
      fc.property(fc.array(anyOverride, { maxLength: 6 }), fc.array(day, { maxLength: 20 }), (overrides, on) => {
        const book = applyOverrides(base, overrides);
        for (const tier of ['standard', 'batch', 'flex'] as const) {
          const key = { ...inputKey, tier };
          const cuts = overrides.flatMap((one) => [one.effectiveFrom, one.effectiveTo]).filter((cut) => cut !== null);
          for (const each of [...on, ...cuts, '2026-02-28', '2026-03-01', '2026-06-01']) {
            expect(findPrice(book, key, each)?.picoUsdPerUnit).toBe(expectedOn(overrides, key, each));
          }
        }
      }),
    );
  });

  it('never leave two prices for one day', () => {
    fc.assert(
      fc.property(fc.array(anyOverride, { maxLength: 6 }), (overrides) => {
        const overlapping = [...applyOverrides(base, overrides).rowsByKey.values()].flatMap((rows) =>
          rows.filter((row, index) => {
            const next = rows[index + 1];
            return next !== undefined && (next.effectiveFrom ?? '') < (row.effectiveTo ?? '9');
          }),
        );
        expect(overlapping).toEqual([]);
      }),
    );
  });
});
