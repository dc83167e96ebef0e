import type { PicoUsd } from '#core/money.js';
import type { Book } from '../books/book.js';
import type { BookDay } from '../books/sum-book-by-day.js';
import { toCsv } from '../csv/to-csv.js';
import type { Spend } from './read-spend.js';
import type { ModelCounts } from './count-models.js';
import { knownCost } from './spend-sums.js';

interface SpendSheet extends Pick<Spend, 'days' | 'points'> {
  book: Book;
  zone: string;
  /** Of each day and project; null where they are not counted. */
  models: ModelCounts | null;
}

type Line = (string | number | PicoUsd | null)[];

/**
 * Spend per day and group as CSV (RFC 4180) with a header line, a piece per day. A day without anything is left out. What
 * is not known is an empty field. Text that a spreadsheet would run as a formula is preceded by an apostrophe; a cost, which
 * may be less than zero, is not.
 */
export async function* streamSpendCsv({
  book,
  zone,
  days,
  points,
  models,
}: SpendSheet): AsyncGenerator<string, void, undefined> {
  yield toCsv([Object.keys(columns).concat('models', 'book', 'time_zone', 'day_is')]);
  const ofDay = new Map<string, BookDay[]>();
  for (const { day } of days) ofDay.set(day, []);
  for (const point of points) ofDay.get(point.day)?.push(point);
  for (const { day, isProvisional } of days) {
    const lines = (ofDay.get(day) ?? []).map((point): Line => {
      const values = Object.entries(columns).map(([name, value]) => (isCount(name, book) ? null : value(point)));
      return [
        ...values,
        models?.get(day)?.get(point.group) ?? null,
        book,
        zone,
        isProvisional ? 'provisional' : 'final',
      ];
    });
    if (lines.length > 0) yield toCsv(lines);
  }
}

/** Column name → value, in the order of the file. */
const columns: Record<string, (point: BookDay) => string | number | PicoUsd | null> = {
  day: ({ day }) => day,
  group_id: ({ group }) => group,
  group_name: ({ groupName }) => groupName,
  cost_usd: (point) => knownCost(point),
  requests: ({ requests }) => requests,
  input_tokens: ({ inputTokens }) => inputTokens,
  input_cached_tokens: ({ inputCachedTokens }) => inputCachedTokens,
  output_tokens: ({ outputTokens }) => outputTokens,
  unpriced_requests: ({ unpricedRequests }) => unpricedRequests,
  estimated_requests: ({ estimatedRequests }) => estimatedRequests,
};

/** A bill has money alone: its counts are unknown, not 0. */
const isCount = (name: string, book: Book) => book === 'billed' && /tokens|requests/.test(name);
