import type { Database } from '#db/database.js';
import type { Reader } from '#db/reader.js';
import { type Planning, type SnapshotReader, withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { type BookCoverage, loadBookCoverages } from './book-coverage.js';
import { type Book, type BookQuery, books, type DaySpan } from './book.js';
import type { Period } from './periods.js';
import { planReading, type ReadingPlan } from './plan-reading.js';

/** What reads books: from the snapshot that is open, or from one of its own for a single question. */
export interface BookDeps {
  db: Database;
  snapshot?: BookSnapshot;
}

/** A tenant's books as they were at one instant. */
export interface BookSnapshot {
  readonly tenantId: string;
  readonly reader: Reader;
  /** For statements whose plan is best the same whatever is asked, as of those that nothing narrows: to plan them takes as long as to run them. */
  readonly steadyReader: Reader;
  /** Where the figures of spans come from, as of `planReading`, and the zone of their days; found once for the same spans. */
  planOf(
    book: Book,
    calendar: BookQuery['calendar'],
    spans: readonly DaySpan[],
    lengths: readonly Period[],
  ): Promise<ReadingPlan & { zone: string }>;
}

/**
 * Runs `work` with one snapshot for all of its questions to the books: its figures fit each other whatever is written or
 * summed meanwhile, and what is summed is looked up once. Within another, it is that one. Its statements are planned each
 * time, unless their plan is the same whatever is asked.
 */
export async function withBookSnapshot<Deps extends BookDeps, T>(
  deps: Deps,
  tenantId: string,
  work: (deps: Deps & { snapshot: BookSnapshot }) => Promise<T>,
  { planning = 'each-time' }: { planning?: Planning } = {},
): Promise<T> {
  const { snapshot } = deps;
  if (!snapshot) {
    const opened = (reader: SnapshotReader) => work({ ...deps, snapshot: open(reader, tenantId) });
    return withTenantSnapshot(deps.db, tenantId, opened, { planning });
  }
  if (snapshot.tenantId !== tenantId) throw new Error('A snapshot is of one tenant alone');
  return work({ ...deps, snapshot });
}

function open(reader: SnapshotReader, tenantId: string): BookSnapshot {
  const steadyReader = reader.planned('once');
  const coverages = new Map<string, Promise<ReadonlyMap<Book, BookCoverage>>>();
  const plans = new Map<string, ReadingPlan>();
  // By UTC days, books are compared with each other.
  const coverageOf = async (book: Book, calendar: BookQuery['calendar']): Promise<BookCoverage> => {
    const among = calendar === 'utc' ? books : [book];
    const coming = coverages.get(among.join()) ?? loadBookCoverages(steadyReader, tenantId, { books: among, calendar });
    coverages.set(among.join(), coming);
    const coverage = (await coming).get(book);
    if (!coverage) throw new Error('a book needs a tenant that exists');
    return coverage;
  };
  return {
    tenantId,
    reader,
    steadyReader,
    async planOf(book, asked, spans, lengths) {
      const calendar = book === 'billed' ? 'utc' : asked;
      const coverage = await coverageOf(book, calendar);
      const planKey = `${book} ${calendar} ${lengths.join()} ${spans.map(({ fromDay, toDay }) => fromDay + toDay).join()}`;
      const plan = plans.get(planKey) ?? planReading(coverage, spans, lengths);
      plans.set(planKey, plan);
      return { ...plan, zone: coverage.zone };
    },
  };
}
