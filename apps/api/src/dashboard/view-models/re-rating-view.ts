import type { ReRating } from '#domain/prices/list-re-ratings.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import type { TimeFormat, TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';

/** A re-rating of past usage, and how far it is. */
export interface ReRatingView {
  isDone: boolean;
  icon: string;
  what: string;
  progress: string;
  costBefore: MoneyView;
  /** Follows the cost: how many had no price; empty when all had. */
  unpricedBefore: string;
  costAfter: MoneyView;
  unpricedAfter: string;
  hasChanged: boolean;
  requested: TimeView;
  requestedBy: string;
}

const namedModels = 3;
const unpriced = { unknownBecause: 'They have no price' };

export function reRatingView(reRating: ReRating, { time, now }: { time: TimeFormat; now: Date }): ReRatingView {
  const isDone = reRating.finishedAt !== null;
  return {
    isDone,
    icon: isDone ? 'healthy' : 'pulse',
    what: whatOf(reRating),
    progress: progressOf(reRating, time),
    costBefore: formatMoney(reRating.costBefore, unpriced),
    unpricedBefore: unpricedWords(reRating.recordsUnpricedBefore),
    costAfter: formatMoney(reRating.costAfter, unpriced),
    unpricedAfter: unpricedWords(reRating.recordsUnpricedAfter),
    hasChanged: reRating.recordsChanged > 0,
    requested: time.ago(reRating.requestedAt, now),
    requestedBy: reRating.requestedBy,
  };
}

const unpricedWords = (records: number) => (records > 0 ? ` (${formatCount(records)} without a price)` : '');

function whatOf({ models }: ReRating): string {
  if (models === null) return 'All past usage';
  const named = models.slice(0, namedModels).join(', ');
  const others = models.length - namedModels;
  return `Past usage of ${named}${others > 0 ? ` and ${formatCount(others)} more` : ''}`;
}

function progressOf({ recordsRated, recordsChanged, ratedUpTo, finishedAt }: ReRating, time: TimeFormat): string {
  const rated = recordsRated === 1 ? '1 record rated' : `${formatCount(recordsRated)} records rated`;
  const changed = `${formatCount(recordsChanged)} of them changed`;
  if (finishedAt !== null) return recordsRated === 0 ? 'No record was concerned' : `${rated}, ${changed}`;
  if (ratedUpTo !== null) return `${rated} so far, up to ${time.short(ratedUpTo)}`;
  return recordsRated === 0 ? 'Begins within 15 seconds' : `${rated}; looks once more for what came meanwhile`;
}
