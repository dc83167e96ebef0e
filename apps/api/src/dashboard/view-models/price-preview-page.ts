import { ratedBooks } from '#domain/prices/affected-usage.js';
import type { PriceChangeResult } from '#domain/prices/change-prices.js';
import type { ModelEffect } from '#domain/prices/estimate-price-change.js';
import { knownCost } from '#domain/spend/spend-sums.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatCount } from '../format/format-tokens.js';
import { signedMoney } from '../format/signed-money.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import { kindWords, overrideWords, type OverrideWords } from './override-words.js';

export interface PricePreviewInput {
  frame: FrameInput;
  result: PriceChangeResult;
  /** Lines of a CSV that say what holds already. */
  unchangedLines: number;
  /** The form that led here, to be sent again as it is. */
  fields: Readonly<Record<string, string>>;
}

export interface PricePreviewPage {
  frame: Frame;
  changes: (OverrideWords & { verb: string })[];
  changesMore: string;
  /** Models that nothing names. */
  unknownModels: string[];
  unknownModelsMore: string;
  unchangedLines: string;
  prices: string;
  isAnyPriceChanged: boolean;
  books: { name: string; title: string; rows: EffectRow[]; total: EffectRow }[];
  isComplete: boolean;
  /** What it costs so far may be about to change. */
  isBeingRated: boolean;
  fields: { name: string; value: string }[];
  hrefs: { confirm: string; back: string };
}

interface EffectRow {
  model: string;
  requests: string;
  before: MoneyView;
  after: MoneyView;
  difference: MoneyView;
  unpriced: string;
}

const shownChanges = 20;
const bookWords = {
  measured: { name: 'measured', title: 'Probes and what your clients report' },
  reported: { name: 'reported', title: 'What OpenAI’s Usage API reports, at our prices' },
} as const;

export function pricePreviewPage({ frame, result, unchangedLines, fields }: PricePreviewInput): PricePreviewPage {
  const { added, removed, prices, effect, unknownModels } = result;
  const changes = [
    ...removed.map((override) => ({ ...overrideWords(override), verb: 'Remove' })),
    ...added.map((override) => ({ ...overrideWords(override), verb: 'Add' })),
  ];
  return {
    frame: buildFrame(frame, { section: 'prices', title: 'What this changes' }),
    changes: changes.slice(0, shownChanges),
    changesMore: moreThan(changes.length),
    unknownModels: unknownModels.slice(0, shownChanges),
    unknownModelsMore: moreThan(unknownModels.length),
    unchangedLines: unchangedLinesWords(unchangedLines),
    prices: prices.length === 1 ? '1 price' : `${formatCount(prices.length)} prices`,
    isAnyPriceChanged: prices.length > 0,
    books: ratedBooks.flatMap((book) => {
      const models = effect.models.filter((model) => model.book === book);
      if (models.length === 0) return [];
      return [{ ...bookWords[book], rows: models.map(effectRow), total: effectRow(sum(models)) }];
    }),
    isComplete: effect.isComplete,
    isBeingRated: effect.isBeingRated,
    fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
    hrefs: { confirm: links.ownPrices(), back: links.ownPrices() },
  };
}

const moreThan = (count: number) => (count > shownChanges ? `And ${formatCount(count - shownChanges)} more.` : '');

function unchangedLinesWords(lines: number): string {
  if (lines === 0) return '';
  return lines === 1
    ? 'One line says what holds already and is passed over.'
    : `${formatCount(lines)} lines say what holds already and are passed over.`;
}

function effectRow(effect: ModelEffect): EffectRow {
  const { requests, unpricedRequestsBefore: was, unpricedRequestsAfter: is } = effect;
  const before = knownCost({ cost: effect.costBefore, requests, unpricedRequests: was });
  const after = knownCost({ cost: effect.costAfter, requests, unpricedRequests: is });
  const isComparable = before !== null && after !== null && was === is;
  const unknownBecause = 'It has no price';
  return {
    model: effect.model || 'no model named',
    requests: formatCount(requests),
    before: formatMoney(before, { unknownBecause }),
    after: formatMoney(after, { unknownBecause }),
    difference: signedMoney(isComparable ? after - before : null, {
      unknownBecause: 'Not the same requests have a price',
    }),
    unpriced: unpricedWords(effect),
  };
}

/** A price for input alone gives no request a cost that has output too, so what is missing is named. */
function unpricedWords({
  unpricedRequestsBefore: was,
  unpricedRequestsAfter: is,
  unpricedKindsAfter: kinds,
}: ModelEffect): string {
  if (was === 0 && is === 0) return '';
  const missing = kinds.map((kind) => kindWords[kind].toLowerCase());
  const reason = is === 0 || missing.length === 0 ? '' : `: none for ${listed.format(missing)}`;
  if (was !== is) return `${formatCount(was)} → ${formatCount(is)} requests without a price${reason}`;
  const stay = is === 1 ? '1 request stays' : `${formatCount(is)} requests stay`;
  return `${stay} without a price${reason}`;
}

const listed = new Intl.ListFormat('en-GB', { type: 'conjunction' });

function sum(models: readonly ModelEffect[]): ModelEffect {
  const total = (field: 'requests' | 'records' | 'unpricedRequestsBefore' | 'unpricedRequestsAfter') =>
    models.reduce((all, model) => all + model[field], 0);
  return {
    book: models[0]?.book ?? 'measured',
    model: 'All',
    records: total('records'),
    requests: total('requests'),
    costBefore: models.reduce((all, { costBefore }) => all + costBefore, 0n),
    costAfter: models.reduce((all, { costAfter }) => all + costAfter, 0n),
    unpricedRequestsBefore: total('unpricedRequestsBefore'),
    unpricedRequestsAfter: total('unpricedRequestsAfter'),
    unpricedKindsAfter: [...new Set(models.flatMap(({ unpricedKindsAfter }) => unpricedKindsAfter))],
  };
}
