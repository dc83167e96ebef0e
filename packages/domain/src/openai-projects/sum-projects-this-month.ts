import type { Clock } from '#core/clock.js';
import type { PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { sumBook } from '../books/sum-book.js';
import { bookOfProjects, type ProjectBook } from './book-of-projects.js';
import { localDay, monthOf } from '../spend/local-days.js';
import { type SpendSources, zoneOf } from '../spend/read-spend-sources.js';
import { knownCost } from '../spend/spend-sums.js';

export interface SpendOfProjects {
  book: ProjectBook;
  /** By project, of those that the book names; null: used, and none of it has a price. */
  cost: ReadonlyMap<string, PicoUsd | null>;
  /** The organizations that the book knows anything of this month: their other projects cost nothing. */
  organizationIds: ReadonlySet<string>;
}

/** What each project has cost in the month so far: as billed where there are bills, else as reported. */
export async function sumProjectsThisMonth(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  sources: SpendSources,
): Promise<SpendOfProjects> {
  const book = bookOfProjects(sources);
  if (book === null) return { book, cost: new Map(), organizationIds: new Set() };
  const toDay = localDay(deps.clock.now(), zoneOf(book, sources));
  const { fromDay } = monthOf(toDay);
  const [sums, known] = await Promise.all([
    sumBook(deps, tenantId, { book, fromDay, toDay, calendar: 'tenant', by: 'project' }),
    withTenantSnapshot(
      deps.db,
      tenantId,
      (reader) => reader.$queryRaw<{ id: string }[]>`
        SELECT id::text FROM organization o WHERE tenant_id = ${tenantId}::uuid AND CASE WHEN ${book === 'billed'}
          THEN EXISTS (SELECT FROM billed_day b WHERE b.tenant_id = o.tenant_id AND b.organization_id = o.id
            AND b.billed_on BETWEEN ${fromDay}::date AND ${toDay}::date)
          ELSE EXISTS (SELECT FROM import_feed f WHERE f.tenant_id = o.tenant_id AND f.organization_id = o.id
            AND f.feed <> 'costs' AND f.known_to > ${fromDay}::date) END`,
    ),
  ]);
  return {
    book,
    cost: new Map(sums.flatMap((sum) => (sum.group === null ? [] : [[sum.group, knownCost(sum)]]))),
    organizationIds: new Set(known.map(({ id }) => id)),
  };
}
