import type { Clock } from '#core/clock.js';
import { Prisma } from '#db/rows.js';
import type { Book } from '../books/book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { finalAfterDays, provisionalDaysSql } from '../organizations/billed-day.js';
import { isConnectedSql, isTwin, isTwinSql } from '../organizations/organization.js';
import { firstUsageDay } from '../usage/first-usage-day.js';
import { addDays, daysOf, type DayRange, localDay } from './local-days.js';
import type { SpendSources } from './read-spend-sources.js';

export interface DayState {
  /** `YYYY-MM-DD` */
  day: string;
  /** Whether the book covers the day at all; one that it covers may have cost nothing. */
  isKnown: boolean;
  /** Known, but may still change: under way, not read to its end, or billed or reported too short ago. */
  isProvisional: boolean;
}

/** Whether a sum of these days is a figure: of days that are all unknown it is none, and not 0. */
export function isAnyKnown(days: readonly Pick<DayState, 'isKnown'>[]): boolean {
  return days.some(({ isKnown }) => isKnown);
}

interface StateQuestion extends DayRange {
  book: Book;
  sources: SpendSources;
  /** Whose bill or reported usage is meant; default: all. */
  organizationId?: string | undefined;
}

/** What a book knows of each day of a range, oldest first. */
export async function stateOfDays(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  question: StateQuestion,
): Promise<DayState[]> {
  const states = await readStates(deps, tenantId, question);
  return daysOf(question).map((day) => ({ day, ...states(day) }));
}

const halfDayMs = 43_200_000;

type State = Omit<DayState, 'day'>;
const unknown: State = { isKnown: false, isProvisional: false };

async function readStates(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  question: StateQuestion,
): Promise<(day: string) => State> {
  const { book, sources } = question;
  if (book === 'billed') {
    const billed = await readBilledDays(deps, tenantId, question);
    return (day) => billed.get(day) ?? unknown;
  }
  const today = localDay(deps.clock.now(), sources.zone);
  // What is measured was there the moment it was used.
  const { first, last, open, unread } =
    book === 'measured'
      ? { first: await firstUsageDay(deps, tenantId, sources), last: today, open: today, unread: null }
      : await readReportedDays(deps, tenantId, { ...question, today });
  return (day) => {
    if (first === null || day < first || day > last) return unknown;
    return { isKnown: true, isProvisional: day >= open || (unread !== null && day <= unread) };
  };
}

/**
 * A day that one organization's bill does not reach yet, or never did, while another's does, is provisional; one that may
 * still be billed and was not yet is unknown.
 */
async function readBilledDays(
  deps: BookDeps,
  tenantId: string,
  { fromDay, toDay, organizationId }: StateQuestion,
): Promise<Map<string, State>> {
  const only = organizationId ?? null;
  const rows = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { steadyReader: reader } }) => reader.$queryRaw<
      { day: string; isKnown: boolean; isProvisional: boolean }[]
    >`
      WITH reached AS (
        SELECT min(COALESCE(last_day, '-infinity')) AS day FROM (
          SELECT (SELECT max(billed_on) FROM billed_day b WHERE b.tenant_id = o.tenant_id AND b.organization_id = o.id) AS last_day
          FROM organization o JOIN provider_key k ON k.tenant_id = o.tenant_id AND k.id = o.provider_key_id
          WHERE o.tenant_id = ${tenantId}::uuid AND ${isConnectedSql} AND NOT ${isTwinSql}
            AND (${only}::uuid IS NULL OR o.id = ${only}::uuid)
        ) AS last
      )
      SELECT to_char(billed_on, 'YYYY-MM-DD') AS day, bool_or(amount_usd <> 0 OR NOT ${provisionalDaysSql}) AS "isKnown",
        bool_or(${provisionalDaysSql}) OR COALESCE(billed_on > max(reached.day), false) AS "isProvisional"
      FROM billed_day, reached
      WHERE tenant_id = ${tenantId}::uuid AND billed_on BETWEEN ${fromDay}::date AND ${toDay}::date
        AND (${only}::uuid IS NULL OR organization_id = ${only}::uuid)
      GROUP BY billed_on`,
  );
  return new Map(rows.map(({ day, isKnown, isProvisional }) => [day, isKnown ? { isKnown, isProvisional } : unknown]));
}

/**
 * The tenant's local days from the first of which usage was read to the last that any organization's import has reached,
 * and from when on they are open: what is reported is put right for days, as bills are, and of one organization may come
 * later than of another. `unread`: the last day of which some kind of usage was not read yet, or OpenAI refused it; null
 * where the past of all of them is in.
 */
async function readReportedDays(
  deps: BookDeps,
  tenantId: string,
  { sources, organizationId, today }: StateQuestion & { today: string },
): Promise<{ first: string | null; last: string; open: string; unread: string | null }> {
  const dayOf = (at: Date) => localDay(at, sources.zone);
  const reach = await readReportedReach(deps, tenantId, organizationId);
  const first = reach.first && dayOf(reach.first);
  // What is to come of the past comes by the UTC day, which stands at its noon.
  const unread = reach.openUpTo && dayOf(new Date(reach.openUpTo.getTime() - halfDayMs));
  const imports = lastImports(sources, organizationId);
  const days = imports.flatMap((at) => (at ? dayOf(at) : [])).toSorted();
  const [oldest, newest] = [days[0], days.at(-1)];
  if (oldest === undefined || newest === undefined) return { first, last: today, open: first ?? today, unread };
  // An import that fails in the end has brought some of it.
  const reached = reach.lastHour ? [newest, dayOf(reach.lastHour)].toSorted()[1] : newest;
  const last = reached === undefined || reached > today ? today : reached;
  const open = imports.includes(null) ? (first ?? today) : addDays(oldest, -finalAfterDays);
  return { first, last, open, unread };
}

/** Of the organizations that are meant, those that are still imported, if any is; null where no import was whole yet. */
function lastImports({ organizations }: SpendSources, organizationId: string | undefined): (Date | null)[] {
  const meant = organizations.filter((one) => (organizationId ?? one.id) === one.id && !isTwin(one));
  const connected = meant.filter(({ isConnected }) => isConnected);
  return (connected.length > 0 ? connected : meant).map(({ importedAt }) => importedAt);
}

interface ReportedReach {
  /** The first of anything that was read. */
  first: Date | null;
  lastHour: Date | null;
  /** Of the kinds of usage whose past is not all here, the latest beginning; null where there are none. */
  openUpTo: Date | null;
}

async function readReportedReach(
  deps: BookDeps,
  tenantId: string,
  organizationId: string | undefined,
): Promise<ReportedReach> {
  const of =
    organizationId === undefined
      ? Prisma.sql`tenant_id = ${tenantId}::uuid`
      : Prisma.sql`tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid`;
  const [row] = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { steadyReader: reader } }) => reader.$queryRaw<ReportedReach[]>`
      SELECT LEAST(feeds.first, (SELECT min(hour) FROM reported_hourly WHERE ${of})) AS first,
        (SELECT max(hour) FROM reported_hourly WHERE ${of}) AS "lastHour", feeds.open_up_to AS "openUpTo"
      FROM (SELECT min(known_from) AS first, max(known_from) FILTER (WHERE NOT is_backfilled) AS open_up_to
        FROM import_feed WHERE ${of} AND feed <> 'costs') AS feeds`,
  );
  return row ?? { first: null, lastHour: null, openUpTo: null };
}
