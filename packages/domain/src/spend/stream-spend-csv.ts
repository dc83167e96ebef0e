import type { PicoUsd } from '#core/money.js';
import type { BookDeps } from '../books/book-snapshot.js';
import type { Book, BookFilter, BookGroup, Calendar } from '../books/book.js';
import { type BookDay, sumBookByDay } from '../books/sum-book-by-day.js';
import { toCsv } from '../csv/to-csv.js';
import type { ModelCounts } from './count-models.js';
import { weeksOf } from './local-days.js';
import { knownCost } from './spend-sums.js';
import type { DayState } from './state-of-days.js';

interface SpendSheet {
  book: Book;
  by: BookGroup;
  only: BookFilter;
  calendar: Calendar;
  zone: string;
  /** In order and without a gap. */
  days: readonly DayState[];
  /** Of each day and project; null where they are not counted. */
  models: ModelCounts | null;
}

type Line = (string | number | PicoUsd | null)[];

/**
 * Spend per day and group as CSV (RFC 4180) with a header line, read and given out a week at a time, as there may be as many
 * groups as end users. A day without anything is left out. What is not known is an empty field. Text that a spreadsheet would
 * run as a formula is preceded by an apostrophe; a cost, which may be less than zero, is not.
 */
export async function* streamSpendCsv(
  deps: BookDeps,
  tenantId: string,
  { days, models, zone, ...question }: SpendSheet,
): AsyncGenerator<string, void, undefined> {
  const { book } = question;
  yield toCsv([Object.keys(columns).concat('models', 'book', 'time_zone', 'day_is')]);
  const isProvisional = new Map(days.map((state) => [state.day, state.isProvisional]));
  const range = { fromDay: days[0]?.day ?? '', toDay: days.at(-1)?.day ?? '' };
  for (const week of weeksOf(range)) {
    const points = await sumBookByDay(deps, tenantId, { ...question, ...week });
    const lines = points.map((point): Line => {
      const values = Object.entries(columns).map(([name, value]) => (isCount(name, book) ? null : value(point)));
      const counted = models?.get(point.day)?.get(point.group) ?? null;
      return [...values, counted, book, zone, isProvisional.get(point.day) ? 'provisional' : 'final'];
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
