import type { Clock } from '#core/clock.js';
import type { Book, BookFilter, BookGroup, BookQuery, BookSums } from '../books/book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { findGroupNames } from '../books/group-names.js';
import { type BookDay, sumBookByDay } from '../books/sum-book-by-day.js';
import { sumBookBySpan } from '../books/sum-book-by-span.js';
import { rankDearest, sumBook, sumDearest } from '../books/sum-book.js';
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
  /** How many groups are named, the dearest; the others are what is left of the total. Default: none. */
  named?: number;
  /** Of how many of those the days are wanted; the rest is what is left of each day. Default: none. */
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
  /** The named ones, dearest first. */
  groups: SpendGroup[];
  /** How many there are, named or not. */
  groupCount: number;
  total: SpendSums;
  /** Shorter than asked by the days of the range that the book has not reached; null unless the book knows all of it. */
  before: (DayRange & { total: SpendSums }) | null;
}

/**
 * What a range of one book cost, per day and per group, and what the period before did. Totals are exact, whatever the
 * detail, which only bounds what is read: a year of hundreds of keys is a hundred thousand figures, of which few are drawn,
 * and of end users there may be as many in one day.
 */
export async function readSpend(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  { before: wanted, sources, named = 0, detail = 0, grain = 'day', ...question }: SpendQuestion,
): Promise<Spend> {
  const query = { ...question, calendar: sources.calendar, isNamed: false } as const;
  return withBookSnapshot(deps, tenantId, async (inSnapshot) => {
    const [states, ofDays, ranked] = await Promise.all([
      stateOfDays(inSnapshot, tenantId, {
        ...question,
        fromDay: wanted?.fromDay ?? question.fromDay,
        sources,
        organizationId: question.only.organizationId,
      }),
      sumBookByDay(inSnapshot, tenantId, { ...query, by: 'none' }),
      rankGroups(inSnapshot, tenantId, { query, named, detail }),
    ]);
    const inRange = states.filter(({ day }) => day >= question.fromDay);
    const range = wanted && comparable(wanted, { inRange, states });
    const [points, formerly, nameOf] = await Promise.all([
      readPoints(inSnapshot, tenantId, { query, ranked, detail, grain }),
      range && readFormerly(inSnapshot, tenantId, { ...query, ...range }, ranked.groups),
      // Asked once, and not with each of their days.
      findGroupNames(inSnapshot, tenantId, query.by, ranked.groups),
    ]);
    const sumsOfDay = new Map(ofDays.map((sums) => [sums.day, sums]));
    const groups = ranked.sums ?? sumPoints(ranked.groups, points);
    for (const sums of [...groups, ...points]) sums.groupName = nameOf(sums.group);
    return {
      days: inRange.map((state) => Object.assign(sumSpend(present(sumsOfDay.get(state.day))), state)),
      points,
      groups: groups.map((sums) =>
        Object.assign(sums, { before: formerly && sumSpend(present(formerly.groups.get(sums.group))) }),
      ),
      groupCount: ranked.groupCount,
      total: sumSpend(ofDays),
      before: range && formerly && { ...range, total: formerly.total },
    };
  });
}

/** The groups that are named, dearest first, and how many there are in all. */
interface RankedGroups {
  groups: readonly (string | null)[];
  groupCount: number;
  /** Null where each of them has its points, which add up to it. */
  sums: BookSums[] | null;
}

async function rankGroups(
  deps: BookDeps,
  tenantId: string,
  { query, named, detail }: { query: BookQuery; named: number; detail: number },
): Promise<RankedGroups> {
  if (query.by === 'none' || named === 0) return { groups: [], groupCount: 0, sums: [] };
  if (detail >= named) return { ...(await rankDearest(deps, tenantId, query, named)), sums: null };
  const { groups: sums, groupCount } = await sumDearest(deps, tenantId, query, named);
  return { groups: sums.map(({ group }) => group), groupCount, sums };
}

async function readPoints(
  deps: BookDeps,
  tenantId: string,
  { query, ranked, detail, grain }: { query: BookQuery; ranked: RankedGroups; detail: number; grain: PointGrain },
): Promise<BookDay[]> {
  const { groupCount } = ranked;
  const groups = ranked.groups.slice(0, detail);
  if (groups.length === 0) return [];
  const asked = groupCount > groups.length ? { ...query, groups } : query;
  if (grain === 'day') return sumBookByDay(deps, tenantId, asked);
  const spans = grain === 'week' ? weeksOf(query) : monthsOf(query);
  return sumBookBySpan(deps, tenantId, { ...asked, spans });
}

function sumPoints(ranked: readonly (string | null)[], points: readonly BookDay[]): BookSums[] {
  const pointsOf = new Map<string | null, BookDay[]>(ranked.map((group) => [group, []]));
  for (const point of points) pointsOf.get(point.group)?.push(point);
  return [...pointsOf].map(([group, own]) => ({ group, groupName: group, ...sumSpend(own) }));
}

/** The period before: all of it, and what the groups named now were in it. */
async function readFormerly(
  deps: BookDeps,
  tenantId: string,
  query: BookQuery,
  groups: readonly (string | null)[],
): Promise<{ total: SpendSums; groups: ReadonlyMap<string | null, SpendSums> }> {
  const [all, ofGroups] = await Promise.all([
    sumBook(deps, tenantId, { ...query, by: 'none' }),
    groups.length === 0 ? [] : sumBook(deps, tenantId, { ...query, groups }),
  ]);
  return { total: sumSpend(all), groups: new Map(ofGroups.map((sums) => [sums.group, sums])) };
}

const present = (sums: SpendSums | undefined): SpendSums[] => (sums ? [sums] : []);

/**
 * What a book has not reached at the end of the range is left out of the period before as well. A range whose beginning is
 * still to be read, as while the past is imported, is compared with nothing: there is less of it than of any other.
 */
function comparable(before: DayRange, { inRange, states }: { inRange: DayState[]; states: DayState[] }) {
  const unread = inRange.length - 1 - inRange.findLastIndex(({ isKnown }) => isKnown);
  if (!inRange[0]?.isKnown) return null;
  const { fromDay } = before;
  const sameEnd = addDays(fromDay, inRange.length - 1 - unread);
  const toDay = unread > 0 && sameEnd < before.toDay ? sameEnd : before.toDay;
  const days = states.filter(({ day }) => day >= fromDay && day <= toDay);
  return days.length > 0 && days.every(({ isKnown }) => isKnown) ? { fromDay, toDay } : null;
}
