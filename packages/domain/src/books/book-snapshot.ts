import type { Database } from '#db/database.js';
import type { Reader } from '#db/reader.js';
import { type Planning, type SnapshotReader, withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { type BookCoverage, loadBookCoverages } from './book-coverage.js';
import { type Book, type BookQuery, books, type DaySpan } from './book.js';
import { addDays, countDays } from '../spend/local-days.js';
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
  /** Begins to look up what is summed of UTC days that will be asked about, whatever spans they will be cut into. */
  lookAhead(days: DaySpan): void;
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
 * summed meanwhile, and what is summed is looked up once for days near each other. Within another, it is that one. Its statements are planned each
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

/** What is asked next: the period before, the month around a day. */
function withSurroundings(asked: DaySpan): DaySpan {
  const month = 31;
  const before = Math.max(month, countDays(asked));
  return { fromDay: addDays(asked.fromDay, -before), toDay: addDays(asked.toDay, month) };
}

/** From the first to the last of them. */
function stretchOf(spans: readonly DaySpan[]): DaySpan {
  const [first] = spans;
  const last = spans.at(-1);
  if (!first || !last) throw new Error('figures are those of some days');
  return { fromDay: first.fromDay, toDay: last.toDay };
}

interface LoadedCoverage extends DaySpan {
  among: readonly Book[];
  calendar: BookQuery['calendar'];
  coming: Promise<ReadonlyMap<Book, BookCoverage>>;
}

function open(reader: SnapshotReader, tenantId: string): BookSnapshot {
  const steadyReader = reader.planned('once');
  const loaded: LoadedCoverage[] = [];
  const plans = new Map<string, ReadingPlan>();
  const coverageOf = async (book: Book, calendar: BookQuery['calendar'], asked: DaySpan): Promise<BookCoverage> => {
    const isIn = (one: LoadedCoverage) =>
      one.calendar === calendar && one.among.includes(book) && one.fromDay <= asked.fromDay && one.toDay >= asked.toDay;
    let found = loaded.find(isIn);
    if (!found) {
      // By UTC days, books are compared with each other.
      const wanted = { among: calendar === 'utc' ? books : [book], calendar, ...withSurroundings(asked) };
      found = { ...wanted, coming: loadBookCoverages(steadyReader, tenantId, { ...wanted, books: wanted.among }) };
      loaded.push(found);
    }
    const coverage = (await found.coming).get(book);
    if (!coverage) throw new Error('a book needs a tenant that exists');
    return coverage;
  };
  return {
    tenantId,
    reader,
    steadyReader,
    lookAhead(days) {
      // All books are looked up at once. Where that fails, so does what asks about the days.
      coverageOf('reported', 'utc', days).catch(() => undefined);
    },
    async planOf(book, asked, spans, lengths) {
      const calendar = book === 'billed' ? 'utc' : asked;
      const coverage = await coverageOf(book, calendar, stretchOf(spans));
      const planKey = `${book} ${calendar} ${lengths.join()} ${spans.map(({ fromDay, toDay }) => fromDay + toDay).join()}`;
      const plan = plans.get(planKey) ?? planReading(coverage, spans, lengths);
      plans.set(planKey, plan);
      return { ...plan, zone: coverage.zone };
    },
  };
}
