import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import type { Book, BookFilter, BookGroup, BookQuery, BookSums } from '../books/book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { type BookDay, sumBookByDay } from '../books/sum-book-by-day.js';
import { sumBookBySpan } from '../books/sum-book-by-span.js';
import { sumBook } from '../books/sum-book.js';
import { addDays, type DayRange, monthsOf, weeksOf } from './local-days.js';
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
  /** Of how many groups, the dearest, the days are wanted; the rest is what is left of each day. Default: none. */
  detail?: number;
  /** What a point of such a group is; weeks are those of `weeksOf`. Default: a day. */
  grain?: PointGrain;
}

export type PointGrain = 'day' | 'week' | 'month';

export type SpendDay = DayState & SpendSums;

export interface SpendGroup extends BookSums {
  /** In the period before; null when that is not compared. */
  before: SpendSums | null;
}

export interface Spend {
  /** Every day of the range, oldest first. */
  days: SpendDay[];
  /** Per day of the dearest groups, days without anything left out; a week or month stands at its first day. */
  points: BookDay[];
  /** Dearest first. */
  groups: SpendGroup[];
  total: SpendSums;
  /** Shorter than asked by the days of the range that the book has not reached; null unless the book knows all of it. */
  before: (DayRange & { total: SpendSums }) | null;
}

/**
 * What a range of one book cost, per day and per group, and what the period before did. Totals are exact, whatever the
 * detail, which only bounds what is read: a year of hundreds of keys is a hundred thousand figures, of which few are drawn.
 */
export async function readSpend(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { before: wanted, sources, detail = 0, grain = 'day', ...question }: SpendQuestion,
): Promise<Spend> {
  const query = { ...question, calendar: 'tenant' } as const;
  const states = await stateOfDays(deps, tenantId, {
    ...question,
    fromDay: wanted?.fromDay ?? question.fromDay,
    sources,
    organizationId: question.only.organizationId,
  });
  const inRange = states.filter(({ day }) => day >= question.fromDay);
  const range = wanted && comparable(wanted, { inRange, states });
  const [ofDays, { groups, points }, formerly] = await withBookSnapshot(deps, tenantId, (inSnapshot) =>
    Promise.all([
      sumBookByDay(inSnapshot, tenantId, { ...query, by: 'none' }),
      readGroups(inSnapshot, tenantId, { query, detail, grain }),
      range && sumBook(inSnapshot, tenantId, { ...query, ...range }),
    ]),
  );
  const formerGroups = formerly && new Map(formerly.map((sums) => [sums.group, sums]));
  const sumsOfDay = new Map(ofDays.map((sums) => [sums.day, sums]));
  return {
    days: inRange.map((state) => ({ ...state, ...sumSpend(present(sumsOfDay.get(state.day))) })),
    points,
    groups: groups.map((sums) => ({
      ...sums,
      before: formerGroups && sumSpend(present(formerGroups.get(sums.group))),
    })),
    total: sumSpend(ofDays),
    before: range && formerly && { ...range, total: sumSpend(formerly) },
  };
}

async function readGroups(
  deps: BookDeps,
  tenantId: string,
  { query, detail, grain }: { query: BookQuery; detail: number; grain: PointGrain },
): Promise<{ groups: BookSums[]; points: BookDay[] }> {
  if (query.by === 'none') return { groups: [], points: [] };
  const groups = await sumBook(deps, tenantId, query);
  if (detail === 0 || groups.length === 0) return { groups, points: [] };
  const named = groups.length > detail ? { groups: groups.slice(0, detail).map(({ group }) => group) } : {};
  return { groups, points: await readPoints(deps, tenantId, { query: { ...query, ...named }, grain }) };
}

function readPoints(
  deps: BookDeps,
  tenantId: string,
  { query, grain }: { query: BookQuery; grain: PointGrain },
): Promise<BookDay[]> {
  if (grain === 'day') return sumBookByDay(deps, tenantId, query);
  const spans = grain === 'week' ? weeksOf(query) : monthsOf(query);
  return sumBookBySpan(deps, tenantId, { ...query, spans });
}

const present = (sums: SpendSums | undefined): SpendSums[] => (sums ? [sums] : []);

/** What a book has not reached at the end of the range is left out of the period before as well. */
function comparable(before: DayRange, { inRange, states }: { inRange: DayState[]; states: DayState[] }) {
  const unread = inRange.length - 1 - inRange.findLastIndex(({ isKnown }) => isKnown);
  const { fromDay } = before;
  const sameEnd = addDays(fromDay, inRange.length - 1 - unread);
  const toDay = unread > 0 && sameEnd < before.toDay ? sameEnd : before.toDay;
  const days = states.filter(({ day }) => day >= fromDay && day <= toDay);
  return days.length > 0 && days.every(({ isKnown }) => isKnown) ? { fromDay, toDay } : null;
}
