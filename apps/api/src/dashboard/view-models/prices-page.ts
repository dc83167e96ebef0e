import { group } from 'd3-array';
import type { UsedModel } from '#domain/prices/list-used-models.js';
import type { NamedPriceRow } from '#domain/prices/select-prices.js';
import { priceTiers } from '#pricing/price-sheet.js';
import { formatDayLong } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links, type PriceFilters } from './links.js';
import { priceRow, type PriceRowView } from './price-row.js';

export interface PricesPageInput {
  frame: FrameInput;
  filters: PriceFilters;
  errors: Partial<Record<keyof PriceFilters, string>>;
  /** The UTC day that `rows` are in force on. */
  day: string;
  rows: readonly NamedPriceRow[];
  /** Of the same filter, those that come later. */
  upcoming: readonly NamedPriceRow[];
  /** What the tenant used in the last `usedDays`, most unpriced requests first, as far as it is listed. */
  used: readonly UsedModel[];
  usedDays: number;
  version: string;
}

export interface PricesPage {
  frame: Frame;
  /** Empty, as are `rows`, when a filter is faulty. */
  total: string;
  filters: PriceFilters;
  isFiltered: boolean;
  error: string;
  tiers: { value: string; label: string; isSelected: boolean }[];
  unpriced: { requests: string; model: string; verb: string; why: string; href: string }[];
  unpricedMore: string;
  usedDays: string;
  hasUsed: boolean;
  hasRegional: boolean;
  day: string;
  version: string;
  rows: PriceRowView[];
  hrefs: { prices: string; csv: string; own: string };
}

const shownUnpriced = 10;

export function pricesPage(input: PricesPageInput): PricesPage {
  const { filters, used } = input;
  const unpriced = used.filter(({ unpricedRequests }) => unpricedRequests > 0).slice(0, shownUnpriced);
  const rows = rowsOf(input);
  const error = Object.values(input.errors).join(' ');
  const tier = filters.tier || 'standard';
  return {
    frame: buildFrame(input.frame, { section: 'prices', title: 'Prices' }),
    total: error !== '' ? '' : rows.length === 1 ? '1 model' : `${formatCount(rows.length)} models`,
    filters,
    isFiltered: Object.values(filters).some((value) => value !== ''),
    error,
    tiers: priceTiers.map((value) => ({ value, label: value, isSelected: value === tier })),
    unpriced: unpriced.map(unpricedLine),
    unpricedMore: moreOf(input.frame.unpricedModels - unpriced.length),
    usedDays: `${input.usedDays} days`,
    hasUsed: rows.some(({ requests }) => requests !== ''),
    hasRegional: rows.some(({ regional }) => regional !== ''),
    day: formatDayLong(input.day),
    version: input.version,
    rows,
    hrefs: { prices: links.prices(), csv: links.pricesCsv(filters), own: links.ownPrices() },
  };
}

function unpricedLine({ model, unpricedRequests, pricedAs, isMeasured }: UsedModel): PricesPage['unpriced'][number] {
  const isOne = unpricedRequests === 1;
  return {
    requests: isOne ? '1 request' : `${formatCount(unpricedRequests)} requests`,
    model,
    verb: isOne ? 'has' : 'have',
    why:
      pricedAs === undefined
        ? 'The model is not in the price book.'
        : 'The book has no price for a part of what was used, or none for that day.',
    href: isMeasured ? links.usage({ model }) : links.spend({ book: 'reported' }),
  };
}

function moreOf(count: number): string {
  if (count <= 0) return '';
  return count === 1 ? 'And one more model.' : `And ${formatCount(count)} more models.`;
}

/** A row for each model: those in use first, the most used at the top; then those whose prices are newest. */
function rowsOf({ day, rows, upcoming, used }: PricesPageInput): PriceRowView[] {
  const requestsOf = new Map<string | undefined, number>();
  for (const { pricedAs, requests } of used) requestsOf.set(pricedAs, (requestsOf.get(pricedAs) ?? 0) + requests);
  const later = group(upcoming, ({ model }) => model);
  return [...group(rows, ({ model }) => model)]
    .map(([model, ofModel]) => {
      const requests = requestsOf.get(model) ?? 0;
      return { requests, view: priceRow({ model, day, rows: ofModel, upcoming: later.get(model) ?? [], requests }) };
    })
    .toSorted((a, b) => b.requests - a.requests || compareViews(a.view, b.view))
    .map(({ view }) => view);
}

function compareViews(a: PriceRowView, b: PriceRowView): number {
  return b.sort.since.localeCompare(a.sort.since) || a.model.localeCompare(b.model);
}
