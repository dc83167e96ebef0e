import { formatUsd } from '#core/money.js';
import type { PriceBook } from '#pricing/price-book.js';
import { priceScales } from '#pricing/price-scale.js';
import { toCsv } from '../csv/to-csv.js';
import { type NamedPriceRow, type PriceFilter, selectPrices } from './select-prices.js';

/** Column name → value, in the order of the file. */
const columns: Record<string, (row: NamedPriceRow) => string | null> = {
  model: (row) => row.model,
  aliases: (row) => row.aliases.join(' '),
  tier: (row) => row.tier,
  context: (row) => row.context,
  kind: (row) => row.kind,
  variant: (row) => row.variant,
  unit: (row) => row.unit,
  usd_per_unit: (row) => formatUsd(row.picoUsdPerUnit),
  usd: (row) => formatUsd(row.picoUsdPerUnit * priceScales[row.kind].unitsPerPrice),
  per: (row) => priceScales[row.kind].per,
  effective_from: (row) => row.effectiveFrom,
  effective_to: (row) => row.effectiveTo,
  source: (row) => row.source,
  confidence: (row) => row.confidence,
  promotional: (row) => (row.isPromotional ? 'yes' : 'no'),
  regional_uplift_percent: ({ regionalUplift }) => regionalUplift && formatUsd(regionalUplift.picoPercent),
};

/**
 * Every price of a filter as CSV (RFC 4180) with a header line, in one piece, as a book is a few hundred lines. The last
 * column is the version of the book. Text that a spreadsheet would run as a formula is preceded by an apostrophe.
 */
export async function* streamPricesCsv(
  { priceBook }: { priceBook: PriceBook },
  filter: PriceFilter,
): AsyncGenerator<string, void, undefined> {
  const rows = selectPrices(priceBook, filter).map((row) => [
    ...Object.values(columns).map((value) => value(row)),
    priceBook.version,
  ]);
  yield toCsv([[...Object.keys(columns), 'price_version'], ...rows]);
}
