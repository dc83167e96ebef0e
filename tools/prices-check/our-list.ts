import { formatUsd } from '#core/money.js';
import { longContextAboveTokens } from '#pricing/cost-of.js';
import { findModel } from '#pricing/find-model.js';
import { isInForce } from '#pricing/is-in-force.js';
import type { PriceBook, PriceRow } from '#pricing/price-book.js';
import { priceScales } from '#pricing/price-scale.js';
import type { PriceKind } from '#pricing/price-sheet.js';
import { longContextAbove, type PriceList, toolFees } from './price-list.js';

/** What genai-prices has no word for: it is not compared. Nor are batch, flex and priority, which it does not list. */
const beyondCompare: ReadonlySet<PriceKind> = new Set([
  'cacheWrite12h',
  'image',
  'videoSecond',
  'speechCharacter',
  'containerSession',
]);

/** The standard prices of our book. */
export function ourList(book: PriceBook): PriceList {
  const standard = book.rows.filter(({ tier, kind }) => tier === 'standard' && !beyondCompare.has(kind));
  const fees = standard.filter(({ kind }) => toolFees.includes(kind));
  return {
    names: [...book.modelByName.keys()].filter((name) => !name.startsWith('tool:')),
    pricesOf(name, on) {
      const model = findModel(book, name);
      const rows = standard.filter((row) => row.model === model && isInForce(row, on));
      if (rows.length === 0) return null;
      const prices = new Map([...rows, ...fees].map((row) => [fieldOf(row), usdOf(row)]));
      if (rows.some(({ context }) => context === 'long')) prices.set(longContextAbove, `${longContextAboveTokens}`);
      return prices;
    },
  };
}

function fieldOf({ context, kind }: PriceRow): string {
  return context === 'long' ? `long ${kind}` : kind;
}

function usdOf({ picoUsdPerUnit, kind }: PriceRow): string {
  return formatUsd(picoUsdPerUnit * priceScales[kind].unitsPerPrice);
}
