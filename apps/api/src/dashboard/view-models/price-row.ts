import { formatUsd } from '#core/money.js';
import type { NamedPriceRow } from '#domain/prices/select-prices.js';
import { addDays } from '#domain/spend/local-days.js';
import { isInForce } from '#pricing/is-in-force.js';
import type { PriceConfidence, PriceKind } from '#pricing/price-sheet.js';
import type { MoneyView } from '../format/format-money.js';
import { formatPrice } from '../format/format-price.js';
import { formatDayLong, formatDayShort } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { otherPrices } from './other-prices.js';

export interface PriceRowInput {
  model: string;
  /** UTC. */
  day: string;
  /** All prices of the model that are in force, of one tier; at least one. */
  rows: readonly NamedPriceRow[];
  /** Those of the same tier that come later. */
  upcoming: readonly NamedPriceRow[];
  /** Requests of this tenant lately; 0 when it did not use the model. */
  requests: number;
}

/** One model of the price table. The `sort` figures order it in the browser without a reload. */
export interface PriceRowView {
  model: string;
  alsoNamed: string;
  requests: string;
  /** Per 1M tokens, by column. */
  cells: { label: string; price: MoneyView; sort: string }[];
  /** False for a model that is not priced by tokens of text. */
  hasCells: boolean;
  /** What has no column: audio, images, long context, calls. */
  others: string[];
  since: string;
  until: string;
  next: string;
  isPromotional: boolean;
  /** `+10 % regional`; empty where a region adds nothing. */
  regional: string;
  /** The tenant's own price, or its discount, in part at least. */
  isOwn: boolean;
  basis: { text: string; title: string; isDoubtful: boolean };
  sources: string[];
  sort: { since: string };
}

const columns: readonly { kind: PriceKind; label: string; missing: string }[] = [
  { kind: 'input', label: 'Input', missing: 'No price of this kind' },
  { kind: 'cachedInput', label: 'Cached', missing: 'No price for cached tokens: they are estimated as input' },
  { kind: 'cacheWrite', label: 'Cache write', missing: 'No price for cache writes: they are billed as input' },
  { kind: 'output', label: 'Output', missing: 'No price of this kind' },
];

export function priceRow({ model, day, rows, upcoming, requests }: PriceRowInput): PriceRowView {
  const inColumns = rows.filter(hasColumn);
  const since = latest(rows.map((row) => row.effectiveFrom));
  return {
    model,
    alsoNamed: rows[0]?.aliases.join(', ') ?? '',
    requests: requests === 0 ? '' : requests === 1 ? '1 request' : `${formatCount(requests)} requests`,
    cells: columns.map((column) => cellOf(column, inColumns)),
    hasCells: inColumns.length > 0,
    others: otherPrices(rows.filter((row) => !hasColumn(row))),
    since: since === null ? '' : formatDayLong(since),
    until: untilOf(rows),
    next: nextOf(upcoming),
    isPromotional: rows.some((row) => row.isPromotional),
    regional: regionalOf(rows, day),
    isOwn: rows.some(({ overrideId }) => overrideId !== null),
    basis: basisOf(rows),
    sources: [...new Set(rows.map((row) => row.source))],
    sort: { since: since ?? '' },
  };
}

function hasColumn({ context, kind }: NamedPriceRow): boolean {
  return context === 'short' && columns.some((column) => column.kind === kind);
}

function cellOf({ kind, label, missing }: (typeof columns)[number], rows: readonly NamedPriceRow[]) {
  const row = rows.find((candidate) => candidate.kind === kind);
  if (!row) return { label, price: { text: '–', title: missing, known: false }, sort: '-1' };
  return { label, price: formatPrice(row), sort: row.picoUsdPerUnit.toString() };
}

function latest(days: (string | null)[]): string | null {
  return days.reduce((last, day) => (day !== null && day > (last ?? '') ? day : last), null);
}

/** The last day on which all of them hold. */
function untilOf(rows: readonly NamedPriceRow[]): string {
  const [end] = rows.flatMap(({ effectiveTo }) => effectiveTo ?? []).toSorted();
  return end === undefined ? '' : formatDayShort(addDays(end, -1));
}

/** What input and output will cost, from the next day on which they change. */
function nextOf(upcoming: readonly NamedPriceRow[]): string {
  const [day] = upcoming.flatMap(({ effectiveFrom }) => effectiveFrom ?? []).toSorted();
  if (day === undefined) return '';
  const priceOf = (kind: PriceKind) =>
    upcoming
      .filter((row) => row.context === 'short' && row.kind === kind && row.effectiveFrom === day)
      .map((row) => `${formatPrice(row).text} ${kind === 'input' ? 'in' : 'out'}`);
  return `from ${formatDayShort(day)}: ${[...priceOf('input'), ...priceOf('output')].join(', ')}`;
}

function regionalOf(rows: readonly NamedPriceRow[], day: string): string {
  const uplift = rows.find(({ regionalUplift }) => regionalUplift && isInForce(regionalUplift, day))?.regionalUplift;
  return uplift ? `+${formatUsd(uplift.picoPercent)} % regional` : '';
}

/** What is worst of all prices of a row, worst first. */
const doubts: readonly { confidence: PriceConfidence; text: string; title: string; isDoubtful: boolean }[] = [
  { confidence: 'low', text: 'doubtful', title: 'In a published list, but doubtful there', isDoubtful: true },
  { confidence: 'derived', text: 'derived', title: 'Computed by a rule from another price', isDoubtful: true },
  { confidence: 'reported', text: 'from one list', title: 'From one published list', isDoubtful: false },
  {
    confidence: 'high',
    text: 'confirmed',
    title: 'From OpenAI’s own page, or from copies of it that agree',
    isDoubtful: false,
  },
];

function basisOf(rows: readonly NamedPriceRow[]): PriceRowView['basis'] {
  const worst = doubts.find(({ confidence }) => rows.some((row) => row.confidence === confidence));
  if (!worst) throw new Error('a model in the table has a price');
  const { confidence, text, title, isDoubtful } = worst;
  const isPartly = isDoubtful && rows.some((row) => row.confidence !== confidence);
  return { text: isPartly ? `partly ${text}` : text, title, isDoubtful };
}
