import type { Clock } from '#core/clock.js';
import type { Book } from '../books/book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { finalAfterDays, provisionalDaysSql } from '../organizations/billed-day.js';
import { isConnectedSql, isTwinSql } from '../organizations/organization.js';
import { firstUsageDay } from '../usage/first-usage-day.js';
import { addDays, daysOf, type DayRange, localDay } from './local-days.js';
import { asOf, type SpendSources, zoneOf } from './read-spend-sources.js';

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
  /** Whose bill is meant; default: all. */
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
  const first =
    book === 'measured' ? await firstUsageDay(deps, tenantId) : await firstReportedDay(deps, tenantId, sources);
  const readAt = asOf(deps, book, sources);
  const last = readAt ? localDay(readAt, zoneOf(book, sources)) : null;
  // What is measured was there the moment it was used; what is reported is put right for days, as bills are.
  const open = last && (book === 'reported' ? addDays(last, -finalAfterDays) : last);
  return (day) => {
    if (first === null || day < first || day > (last ?? today)) return unknown;
    return { isKnown: true, isProvisional: day >= (open ?? first) };
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

/** The tenant's local day from which on usage was read, or else of the first that there is. */
async function firstReportedDay(deps: BookDeps, tenantId: string, { zone }: SpendSources): Promise<string | null> {
  const [row] = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { steadyReader: reader } }) => reader.$queryRaw<{ first: Date | null }[]>`
      SELECT LEAST(
        (SELECT min(known_from) FROM import_feed WHERE tenant_id = ${tenantId}::uuid AND feed <> 'costs'),
        (SELECT min(hour) FROM reported_hourly WHERE tenant_id = ${tenantId}::uuid)
      ) AS first`,
  );
  return row?.first ? localDay(row.first, zone) : null;
}
