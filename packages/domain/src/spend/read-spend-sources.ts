import type { Clock } from '#core/clock.js';
import { type PicoUsd, parseUsd } from '#core/money.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import type { Book, Calendar } from '../books/book.js';
import { isConnectedSql, type SetSpendLimit } from '../organizations/organization.js';

/** What a tenant has for its figures to come from, and what it means to spend at most. */
export interface SpendSources {
  /** Whose days are meant. */
  calendar: Calendar;
  /** Whose midnights cut them: the tenant's reporting time zone, an IANA name, or UTC. */
  zone: string;
  /** Oldest first, 200 at most. */
  organizations: SourceOrganization[];
  hasBills: boolean;
  hasReported: boolean;
  /** The tenant's own; null: none. */
  dailyLimit: PicoUsd | null;
  monthlyLimit: PicoUsd | null;
}

export interface SourceOrganization {
  id: string;
  name: string;
  providerKeyId: string;
  /** Its key is stored and active, so it is imported. */
  isConnected: boolean;
  importedAt: Date | null;
  /** Of the last import, if it failed; null after one that did not. */
  importFailedAt: Date | null;
  importErrorCode: string | null;
  /** As set at OpenAI. */
  spendLimit: SetSpendLimit | null;
}

type Instant = 'importedAt' | 'importFailedAt';

interface Row extends Pick<SpendSources, 'zone' | 'hasBills' | 'hasReported'> {
  dailyLimitUsd: string | null;
  monthlyLimitUsd: string | null;
  organizations: (Omit<SourceOrganization, Instant> & Record<Instant, string | null>)[];
}

const mostOrganizations = 200;

export async function readSpendSources(
  deps: BookDeps,
  tenantId: string,
  { calendar = 'tenant' }: { calendar?: Calendar | undefined } = {},
): Promise<SpendSources> {
  const [row] = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { steadyReader: reader } }) => reader.$queryRaw<Row[]>`
      SELECT t.reporting_time_zone AS zone, t.daily_limit_usd::text AS "dailyLimitUsd",
        t.monthly_limit_usd::text AS "monthlyLimitUsd",
        EXISTS (SELECT FROM billed_day WHERE tenant_id = t.id) AS "hasBills",
        EXISTS (SELECT FROM reported_hourly WHERE tenant_id = t.id) AS "hasReported",
        COALESCE((
          SELECT json_agg(json_build_object('id', o.id, 'name', o.name, 'providerKeyId', o.provider_key_id,
            'importedAt', o.imported_at, 'importFailedAt', o.import_failed_at, 'importErrorCode', o.import_error_code,
            'spendLimit', o.spend_limit, 'isConnected', ${isConnectedSql}) ORDER BY o.id)
          FROM (SELECT * FROM organization WHERE tenant_id = t.id ORDER BY id LIMIT ${mostOrganizations}) AS o
            JOIN provider_key AS k ON k.tenant_id = t.id AND k.id = o.provider_key_id
        ), '[]') AS organizations
      FROM tenant t WHERE t.id = ${tenantId}::uuid`,
  );
  if (!row) throw new Error('spend is that of a tenant that exists');
  const { dailyLimitUsd, monthlyLimitUsd, organizations, zone, ...known } = row;
  return {
    ...known,
    calendar,
    zone: calendar === 'utc' ? 'UTC' : zone,
    dailyLimit: dailyLimitUsd === null ? null : parseUsd(dailyLimitUsd),
    monthlyLimit: monthlyLimitUsd === null ? null : parseUsd(monthlyLimitUsd),
    organizations: organizations.map((organization) => ({
      ...organization,
      importedAt: instantOf(organization.importedAt),
      importFailedAt: instantOf(organization.importFailedAt),
    })),
  };
}

const instantOf = (text: string | null) => (text === null ? null : new Date(text));

/** The book that figures come from unless another is asked for: what OpenAI bills, where that is known. */
export function usualBook({ hasBills }: Pick<SpendSources, 'hasBills'>): Book {
  return hasBills ? 'billed' : 'measured';
}

/** The book that knows of the day under way, which bills do not. */
export function liveBook({ hasReported }: Pick<SpendSources, 'hasReported'>): Book {
  return hasReported ? 'reported' : 'measured';
}

/** The book that knows most, by which limits are held: another may not know of half of what was spent. */
export function fullestBook(sources: Pick<SpendSources, 'hasBills' | 'hasReported'>): Book {
  return sources.hasBills ? 'billed' : liveBook(sources);
}

/** Whose days a book is asked for: bills are by UTC day alone. */
export function calendarOf(book: Book, { calendar }: Pick<SpendSources, 'calendar'>): Calendar {
  return book === 'billed' ? 'utc' : calendar;
}

/** The zone whose midnights cut them. */
export function zoneOf(book: Book, { zone }: Pick<SpendSources, 'zone'>): string {
  return book === 'billed' ? 'UTC' : zone;
}

/**
 * Up to when a book is whole: of an imported one, the oldest of the last imports of the organizations that are still
 * imported; null while none has been. What is measured is whole up to now.
 */
export function asOf(
  deps: { clock: Clock },
  book: Book,
  { organizations }: Pick<SpendSources, 'organizations'>,
): Date | null {
  if (book === 'measured') return deps.clock.now();
  const connected = organizations.filter(({ isConnected }) => isConnected);
  const times = (connected.length > 0 ? connected : organizations).flatMap(({ importedAt }) => importedAt ?? []);
  return times.length === 0 ? null : new Date(Math.min(...times.map((at) => at.getTime())));
}
