import { describe, expect, it } from 'vitest';

import { buildPriceBook } from './build-price-book.js';
import { costOf, longContextAboveTokens } from './cost-of.js';
import { findPrice } from './find-price.js';
import { openAiPriceSheet } from './openai-prices.js';
import type { PriceRow } from './price-book.js';
import { type PriceContext, type PriceKind, type PriceTier, priceTiers } from './price-sheet.js';
import { emptyUsage, type Usage } from './usage.js';

const book = buildPriceBook(openAiPriceSheet);
const tokenRows = book.rows.filter((row) => row.unit === 'token');

/** The same model on the same days, under another kind, tier or context. */
function sibling(row: PriceRow, other: { kind?: PriceKind; tier?: PriceTier; context?: PriceContext }) {
  return findPrice(book, { ...row, ...other }, row.effectiveFrom ?? '2000-01-01');
}

function describeRow(row: PriceRow): string {
  return `${row.model} ${row.tier} ${row.context} ${row.kind} from ${row.effectiveFrom}`;
}

const inputParts = ['inputUncachedTokens', 'inputCachedTokens', 'cacheWriteTokens', 'cacheWrite12hTokens'] as const;

/** Parts of the input of which one token more than the limit makes a token, or one of output, cheaper or free. */
function cheaperWhenLong({ model, effectiveFrom }: PriceRow, serviceTier: PriceTier) {
  const cost = (usage: Partial<Usage>) => {
    const at = new Date(effectiveFrom ?? '2026-01-01');
    const query = { model, serviceTier, usage: { ...emptyUsage, requests: 1, ...usage }, at };
    return costOf(book, query).costPicoUsd ?? 0n;
  };
  const [most, long] = [longContextAboveTokens, longContextAboveTokens + 1];
  return inputParts.filter((part) => {
    const input = (tokens: number) => cost({ [part]: tokens });
    const output = (tokens: number) => cost({ [part]: tokens, outputTokens: 1 }) - input(tokens);
    const isLess = input(long) * BigInt(most) < input(most) * BigInt(long) || output(long) < output(most);
    return isLess || input(most) === 0n;
  });
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
    expect(batch.length).toBeGreaterThan(130);
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

  it('has long context of each tier that a model has, where it has it at standard', () => {
    const longAtStandard = (row: PriceRow) => sibling(row, { tier: 'standard', context: 'long' });
    const ofTiers = tokenRows.filter(
      (row) => row.context === 'short' && row.tier !== 'standard' && longAtStandard(row),
    );
    expect(new Set(ofTiers.map(({ model }) => model)).size).toBeGreaterThan(10);
    const wrong = ofTiers.filter((row) => {
      const long = sibling(row, { context: 'long' });
      return !long || long.effectiveFrom !== row.effectiveFrom || long.effectiveTo !== row.effectiveTo;
    });
    expect(wrong.map(describeRow)).toEqual([]);
  });

  it('has no tier that costs less per token above the limit of long context, whatever stands in for it', () => {
    const withLong = tokenRows.filter(({ context, kind }) => context === 'long' && kind === 'input');
    expect(withLong.length).toBeGreaterThan(15);
    const cheaper = withLong.flatMap((row) =>
      priceTiers.flatMap((tier) => cheaperWhenLong(row, tier).map((part) => `${describeRow(row)}: ${part} as ${tier}`)),
    );
    expect(cheaper).toEqual([]);
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
