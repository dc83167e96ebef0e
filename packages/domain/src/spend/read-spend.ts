import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import type { Book, BookFilter, BookGroup, BookSums } from '../books/book.js';
import { type BookDay, sumBookByDay } from '../books/sum-book-by-day.js';
import { sumBook } from '../books/sum-book.js';
import { addDays, type DayRange } from './local-days.js';
import type { SpendSources } from './read-spend-sources.js';
import { type SpendSums, sumSpend } from './spend-sums.js';
import { type DayState, stateOfDays } from './state-of-days.js';

export interface SpendQuestion extends DayRange {
  book: Book;
  by: BookGroup;
  only: BookFilter;
  /** To compare with; null: with nothing. */
  before: DayRange | null;
  sources: SpendSources;
}

export type SpendDay = DayState & SpendSums;

export interface SpendGroup extends BookSums {
  /** In the period before; null when that is not compared. */
  before: SpendSums | null;
}

export interface Spend {
  /** Every day of the range, oldest first. */
  days: SpendDay[];
  /** Per day and group, days without anything left out. */
  points: BookDay[];
  /** Dearest first. */
  groups: SpendGroup[];
  total: SpendSums;
  /** Shorter than asked by the days of the range that the book has not reached; null unless the book knows all of it. */
  before: (DayRange & { total: SpendSums }) | null;
}

/** What a range of one book cost, per day and per group, and what the period before did. Totals are exact. */
export async function readSpend(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { before: wanted, sources, ...question }: SpendQuestion,
): Promise<Spend> {
  const [states, points] = await Promise.all([
    stateOfDays(deps, tenantId, {
      ...question,
      fromDay: wanted?.fromDay ?? question.fromDay,
      sources,
      organizationId: question.only.organizationId,
    }),
    sumBookByDay(deps, tenantId, { ...question, calendar: 'tenant' }),
  ]);
  const inRange = states.filter(({ day }) => day >= question.fromDay);
  const range = wanted && comparable(wanted, { inRange, states });
  const formerly = range && (await sumBook(deps, tenantId, { ...question, ...range, calendar: 'tenant' }));
  const formerGroups = formerly && new Map(formerly.map((sums) => [sums.group, sums]));
  const ofDay = groupBy(points, ({ day }) => day);
  return {
    days: inRange.map((state) => ({ ...state, ...sumSpend(ofDay.get(state.day) ?? []) })),
    points,
    groups: sumGroups(points).map((sums) => ({
      ...sums,
      before: formerGroups && sumSpend([formerGroups.get(sums.group)].filter((sums) => sums !== undefined)),
    })),
    total: sumSpend(points),
    before: range && formerly && { ...range, total: sumSpend(formerly) },
  };
}

/** What a book has not reached at the end of the range is left out of the period before as well. */
function comparable(before: DayRange, { inRange, states }: { inRange: DayState[]; states: DayState[] }) {
  const unread = inRange.length - 1 - inRange.findLastIndex(({ isKnown }) => isKnown);
  const { fromDay } = before;
  const sameEnd = addDays(fromDay, inRange.length - 1 - unread);
  const toDay = unread > 0 && sameEnd < before.toDay ? sameEnd : before.toDay;
  const days = states.filter(({ day }) => day >= fromDay && day <= toDay);
  return days.length > 0 && days.every(({ isKnown }) => isKnown) ? { fromDay, toDay } : null;
}

function sumGroups(points: readonly BookDay[]): BookSums[] {
  return [...groupBy(points, ({ group }) => group)]
    .map(([group, days]) => ({ group, groupName: days[0]?.groupName ?? null, ...sumSpend(days) }))
    .toSorted((a, b) => (a.cost === b.cost ? b.requests - a.requests : a.cost < b.cost ? 1 : -1));
}

function groupBy<Key>(points: readonly BookDay[], keyOf: (point: BookDay) => Key): Map<Key, BookDay[]> {
  const parts = new Map<Key, BookDay[]>();
  for (const point of points) {
    const known = parts.get(keyOf(point));
    if (known) known.push(point);
    else parts.set(keyOf(point), [point]);
  }
  return parts;
}
