import type { PriceRow } from '#pricing/price-book.js';
import { priceScales } from '#pricing/price-scale.js';
import type { PriceKind } from '#pricing/price-sheet.js';
import { formatPrice } from '../format/format-price.js';

const groups: readonly { name: string; context: PriceRow['context']; words: Partial<Record<PriceKind, string>> }[] = [
  {
    name: 'Over 272k input',
    context: 'long',
    words: { input: 'in', cachedInput: 'cached', cacheWrite: 'write', cacheWrite12h: '12 h write', output: 'out' },
  },
  { name: '12 h cache write', context: 'short', words: { cacheWrite12h: '' } },
  {
    name: 'Audio',
    context: 'short',
    words: { audioInput: 'in', audioCachedInput: 'cached', audioOutput: 'out' },
  },
  {
    name: 'Images',
    context: 'short',
    words: { imageInput: 'in', imageCachedInput: 'cached', imageOutput: 'out' },
  },
];

/** Prices without a column of their own, a line for each group: `Audio $32.00 in, $0.40 cached, $64.00 out`. */
export function otherPrices(rows: readonly PriceRow[]): string[] {
  const byToken = groups.flatMap(({ name, context, words }) => {
    const ofContext = rows.filter((row) => row.context === context);
    const prices = Object.entries(words).flatMap(([kind, word]) =>
      ofContext.filter((row) => row.kind === kind).map((row) => `${formatPrice(row).text} ${word}`.trim()),
    );
    return prices.length === 0 ? [] : [`${name} ${prices.join(', ')}`];
  });
  const otherwise = rows.filter(({ unit }) => unit !== 'token');
  return [...byToken, ...[...new Set(otherwise.map(({ kind }) => kind))].map((kind) => byPiece(kind, otherwise))];
}

/** `$0.36 per hour of audio`; images, which have a price for each quality and size, as a span. */
function byPiece(kind: PriceKind, all: readonly PriceRow[]): string {
  const rows = all.filter((row) => row.kind === kind).toSorted(byPrice);
  const [cheapest, dearest] = [rows[0], rows.at(-1)].map((row) => row && formatPrice(row).text);
  const { per } = priceScales[kind];
  if (cheapest === dearest) return `${cheapest} per ${per}`;
  return `${cheapest} to ${dearest} per ${per}, by quality and size`;
}

function byPrice(a: PriceRow, b: PriceRow): number {
  return a.picoUsdPerUnit < b.picoUsdPerUnit ? -1 : Number(a.picoUsdPerUnit > b.picoUsdPerUnit);
}
