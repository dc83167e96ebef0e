import type { Clock } from '#core/clock.js';
import type { Book, BookFilter, BookGroup, BookQuery, BookSums } from '../books/book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
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
  const query = { ...question, calendar: 'tenant' } as const;
  const states = await stateOfDays(deps, tenantId, {
    ...question,
    fromDay: wanted?.fromDay ?? question.fromDay,
    sources,
    organizationId: question.only.organizationId,
  });
  const inRange = states.filter(({ day }) => day >= question.fromDay);
  const range = wanted && comparable(wanted, { inRange, states });
  const { ofDays, groups, groupCount, points, formerly } = await withBookSnapshot(
    deps,
    tenantId,
    async (inSnapshot) => {
      const [totals, told] = await Promise.all([
        sumBookByDay(inSnapshot, tenantId, { ...query, by: 'none' }),
        readGroups(inSnapshot, tenantId, { query, named, detail, grain }),
      ]);
      const former = range && (await readFormerly(inSnapshot, tenantId, { ...query, ...range }, told.groups));
      return { ofDays: totals, ...told, formerly: former };
    },
  );
  const sumsOfDay = new Map(ofDays.map((sums) => [sums.day, sums]));
  return {
    days: inRange.map((state) => Object.assign(sumSpend(present(sumsOfDay.get(state.day))), state)),
    points,
    groups: groups.map((sums) =>
      Object.assign(sums, { before: formerly && sumSpend(present(formerly.groups.get(sums.group))) }),
    ),
    groupCount,
    total: sumSpend(ofDays),
    before: range && formerly && { ...range, total: formerly.total },
  };
}

async function readGroups(
  deps: BookDeps,
  tenantId: string,
  { query, named, detail, grain }: { query: BookQuery; named: number; detail: number; grain: PointGrain },
): Promise<Pick<Spend, 'groupCount' | 'points'> & { groups: BookSums[] }> {
  if (query.by === 'none' || named === 0) return { groups: [], groupCount: 0, points: [] };
  if (detail >= named) return readGroupsByPoints(deps, tenantId, { query, named, grain });
  const { groups, groupCount } = await sumDearest(deps, tenantId, query, named);
  if (detail === 0 || groups.length === 0) return { groups, groupCount, points: [] };
  const some = groupCount > detail ? { groups: namesOf(groups.slice(0, detail)) } : {};
  return { groups, groupCount, points: await readPoints(deps, tenantId, { query: { ...query, ...some }, grain }) };
}

/** Where each of them has its points, those add up to it. */
async function readGroupsByPoints(
  deps: BookDeps,
  tenantId: string,
  { query, named, grain }: { query: BookQuery; named: number; grain: PointGrain },
): Promise<Pick<Spend, 'groupCount' | 'points'> & { groups: BookSums[] }> {
  const { groups: ranked, groupCount } = await rankDearest(deps, tenantId, query, named);
  if (ranked.length === 0) return { groups: [], groupCount, points: [] };
  const some = groupCount > ranked.length ? { groups: ranked } : {};
  const points = await readPoints(deps, tenantId, { query: { ...query, ...some }, grain });
  const pointsOf = new Map<string | null, BookDay[]>(ranked.map((group) => [group, []]));
  for (const point of points) pointsOf.get(point.group)?.push(point);
  const groups = [...pointsOf].map(([group, own]) => ({
    group,
    groupName: own[0]?.groupName ?? group,
    ...sumSpend(own),
  }));
  return { groups, groupCount, points };
}

const namesOf = (groups: readonly BookSums[]) => groups.map(({ group }) => group);

/** The period before: all of it, and what the groups named now were in it. */
async function readFormerly(
  deps: BookDeps,
  tenantId: string,
  query: BookQuery,
  groups: readonly BookSums[],
): Promise<{ total: SpendSums; groups: ReadonlyMap<string | null, SpendSums> }> {
  const [all, ofGroups] = await Promise.all([
    sumBook(deps, tenantId, { ...query, by: 'none' }),
    groups.length === 0 ? [] : sumBook(deps, tenantId, { ...query, groups: namesOf(groups) }),
  ]);
  return { total: sumSpend(all), groups: new Map(ofGroups.map((sums) => [sums.group, sums])) };
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
