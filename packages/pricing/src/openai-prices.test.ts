import { describe, expect, it } from 'vitest';

import { buildPriceBook } from './build-price-book.js';
import { findPrice } from './find-price.js';
import { openAiPriceSheet } from './openai-prices.js';
import type { PriceRow } from './price-book.js';
import type { PriceContext, PriceKind, PriceTier } from './price-sheet.js';

const book = buildPriceBook(openAiPriceSheet);
const tokenRows = book.rows.filter((row) => row.unit === 'token');

/** The same model on the same days, under another kind, tier or context. */
function sibling(row: PriceRow, other: { kind?: PriceKind; tier?: PriceTier; context?: PriceContext }) {
  return findPrice(book, { ...row, ...other }, row.effectiveFrom ?? '2000-01-01');
}

function describeRow(row: PriceRow): string {
  return `${row.model} ${row.tier} ${row.context} ${row.kind} from ${row.effectiveFrom}`;
}

describe('the OpenAI price sheet', () => {
  it('covers the models it is meant to', () => {
    expect(book.modelByName.size).toBeGreaterThan(140);
    expect(tokenRows.length).toBeGreaterThan(500);
  });

  it('has no cached token dearer than an uncached one, and no cheaper cache write', () => {
    const wrong = tokenRows.filter((row) => {
      const input = sibling(row, { kind: 'input' })?.picoUsdPerUnit;
      if (row.kind === 'cachedInput') return input === undefined || row.picoUsdPerUnit > input;
      if (row.kind === 'cacheWrite') return input === undefined || row.picoUsdPerUnit < input;
      if (row.kind === 'audioCachedInput')
        return row.picoUsdPerUnit > (sibling(row, { kind: 'audioInput' })?.picoUsdPerUnit ?? 0n);
      if (row.kind === 'imageCachedInput')
        return row.picoUsdPerUnit > (sibling(row, { kind: 'imageInput' })?.picoUsdPerUnit ?? 0n);
      return false;
    });
    expect(wrong.map(describeRow)).toEqual([]);
  });

  it('has no price of a tier or a context without the standard one beside it', () => {
    const orphans = tokenRows.filter(
      (row) => !sibling(row, { tier: 'standard' }) || !sibling(row, { tier: 'standard', context: 'short' }),
    );
    expect(orphans.map(describeRow)).toEqual([]);
  });

  it('has batch input and output at half the standard price', () => {
    const batch = tokenRows.filter((row) => row.tier === 'batch');
    expect(batch.length).toBeGreaterThan(80);
    const wrong = batch.filter((row) => row.picoUsdPerUnit * 2n !== sibling(row, { tier: 'standard' })?.picoUsdPerUnit);
    expect(wrong.map(describeRow)).toEqual([]);
  });

  it('has flex below standard and priority above it', () => {
    const wrong = tokenRows.filter((row) => {
      const standard = sibling(row, { tier: 'standard' })?.picoUsdPerUnit ?? 0n;
      if (row.tier === 'flex') return row.picoUsdPerUnit >= standard;
      return row.tier === 'priority' && row.picoUsdPerUnit <= standard;
    });
    expect(wrong.map(describeRow)).toEqual([]);
  });

  it('has long context at twice the input and one and a half times the output', () => {
    const wrong = tokenRows.filter((row) => {
      if (row.context === 'short') return false;
      const short = sibling(row, { context: 'short' })?.picoUsdPerUnit ?? 0n;
      return row.kind === 'output' ? row.picoUsdPerUnit * 2n !== short * 3n : row.picoUsdPerUnit !== short * 2n;
    });
    expect(wrong.map(describeRow)).toEqual([]);
  });

  it('calls a price computed from another one derived, unless its rule is stated for that model', () => {
    const untagged = book.rows.filter(
      (row) => row.source.startsWith('computed by a rule') && row.confidence !== 'derived' && row.context === 'short',
    );
    expect(untagged.map(describeRow)).toEqual([]);
  });

  it('says when each promotional price ends', () => {
    const promotional = book.rows.filter((row) => row.isPromotional);
    expect(promotional.length).toBeGreaterThan(0);
    expect(promotional.filter((row) => row.effectiveTo === null).map(describeRow)).toEqual([]);
  });

  it('has a regional uplift of 10 % on every token of language models from GPT-5.4 on, and on nothing else', () => {
    const isMeant = ({ model }: PriceRow) => /^gpt-(5\.[4-9]|[6-9])/.test(model) && !model.includes('image');
    const wrong = book.rows.filter(
      (row) => row.regionalUplift?.picoPercent !== (isMeant(row) ? 10_000_000_000_000n : undefined),
    );
    expect(wrong.map(describeRow)).toEqual([]);
  });

  it('names no source that no price uses', () => {
    const used = new Set(openAiPriceSheet.models.flatMap(({ prices }) => prices.map(({ source }) => source)));
    expect(Object.keys(openAiPriceSheet.sources).filter((source) => !used.has(source))).toEqual([]);
  });
});
