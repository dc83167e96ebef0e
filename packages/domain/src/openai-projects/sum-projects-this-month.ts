import type { Clock } from '#core/clock.js';
import type { PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { sumBook } from '../books/sum-book.js';
import { bookOfProjects, type ProjectBook } from './book-of-projects.js';
import { type DayRange, localDay, monthOf } from '../spend/local-days.js';
import { type SpendSources, zoneOf } from '../spend/read-spend-sources.js';
import { knownCost } from '../spend/spend-sums.js';

export interface SpendOfProjects {
  book: ProjectBook;
  /** By project, of those that the book names; null: used, and none of it has a price. */
  cost: ReadonlyMap<string, PicoUsd | null>;
  /**
   * By organization that the book knows anything of this month: from which day on, as long as its past is still being read,
   * and null where the month is whole. Projects of theirs that `cost` does not name cost nothing in these days.
   */
  knownSince: ReadonlyMap<string, string | null>;
}

/** What each project has cost in the month so far: as billed where there are bills, else as reported. */
export async function sumProjectsThisMonth(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  sources: SpendSources,
): Promise<SpendOfProjects> {
  const book = bookOfProjects(sources);
  if (book === null) return { book, cost: new Map(), knownSince: new Map() };
  const zone = zoneOf(book, sources);
  const toDay = localDay(deps.clock.now(), zone);
  const { fromDay } = monthOf(toDay);
  const [sums, known] = await Promise.all([
    sumBook(deps, tenantId, { book, fromDay, toDay, calendar: 'tenant', by: 'project' }),
    listKnown(deps, tenantId, { book, fromDay, toDay }),
  ]);
  const sinceOf = (readSince: Date | null): string | null => {
    const day = readSince && localDay(readSince, zone);
    return day !== null && day > fromDay ? day : null;
  };
  return {
    book,
    cost: new Map(sums.flatMap((sum) => (sum.group === null ? [] : [[sum.group, knownCost(sum)]]))),
    knownSince: new Map(known.map(({ id, readSince }) => [id, sinceOf(readSince)])),
  };
}

/** With the latest of the beginnings of its feeds whose past is still being read; null when none is. */
function listKnown(
  deps: { db: Database },
  tenantId: string,
  { book, fromDay, toDay }: DayRange & { book: Exclude<ProjectBook, null> },
): Promise<{ id: string; readSince: Date | null }[]> {
  return withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<{ id: string; readSince: Date | null }[]>`
      SELECT id::text, (
        SELECT max(known_from) FROM import_feed f WHERE f.tenant_id = o.tenant_id AND f.organization_id = o.id
          AND NOT is_backfilled AND (feed = 'costs') = ${book === 'billed'}
      ) AS "readSince"
      FROM organization o WHERE tenant_id = ${tenantId}::uuid AND CASE WHEN ${book === 'billed'}
        THEN EXISTS (SELECT FROM billed_day b WHERE b.tenant_id = o.tenant_id AND b.organization_id = o.id
          AND b.billed_on BETWEEN ${fromDay}::date AND ${toDay}::date)
        ELSE EXISTS (SELECT FROM import_feed f WHERE f.tenant_id = o.tenant_id AND f.organization_id = o.id
          AND f.feed <> 'costs' AND f.known_to > ${fromDay}::date) END`,
  );
}
