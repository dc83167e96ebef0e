import type { Clock } from '#core/clock.js';
import type { PicoUsd } from '#core/money.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { sumBook } from '../books/sum-book.js';
import { bookOfProjects, type ProjectBook } from './book-of-projects.js';
import { localDay, monthOf } from '../spend/local-days.js';
import { type SpendSources, zoneOf } from '../spend/read-spend-sources.js';
import { knownCost } from '../spend/spend-sums.js';
import { readKnownSince } from './read-known-since.js';

export interface SpendOfProjects {
  book: ProjectBook;
  /** By project, of those that the book names; null: used, and none of it has a price. */
  cost: ReadonlyMap<string, PicoUsd | null>;
  /** As of `readKnownSince`. Projects of these organizations that `cost` does not name cost nothing in these days. */
  knownSince: ReadonlyMap<string, string | null>;
}

/** What each project has cost in the month so far: as billed where there are bills, else as reported. */
export async function sumProjectsThisMonth(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  sources: SpendSources,
): Promise<SpendOfProjects> {
  const book = bookOfProjects(sources);
  if (book === null) return { book, cost: new Map(), knownSince: new Map() };
  const zone = zoneOf(book, sources);
  const toDay = localDay(deps.clock.now(), zone);
  const { fromDay } = monthOf(toDay);
  const [sums, knownSince] = await withBookSnapshot(deps, tenantId, (inSnapshot) =>
    Promise.all([
      sumBook(inSnapshot, tenantId, { book, fromDay, toDay, calendar: 'tenant', by: 'project' }),
      readKnownSince(inSnapshot, tenantId, { book, zone, fromDay, toDay }),
    ]),
  );
  return {
    book,
    cost: new Map(sums.flatMap((sum) => (sum.group === null ? [] : [[sum.group, knownCost(sum)]]))),
    knownSince,
  };
}
