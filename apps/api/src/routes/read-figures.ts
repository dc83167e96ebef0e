import { nilUuid } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import type { Book, BookFilter, BookGroup, Calendar } from '#domain/books/book.js';
import { type BookSnapshot, withBookSnapshot } from '#domain/books/book-snapshot.js';
import { countDays, type DayRange, localDay } from '#domain/spend/local-days.js';
import { type PointGrain, readSpend, type Spend } from '#domain/spend/read-spend.js';
import {
  asOf,
  calendarOf,
  readSpendSources,
  type SpendSources,
  usualBook,
  zoneOf,
} from '#domain/spend/read-spend-sources.js';
import { tellsApart } from '#domain/spend/spend-groups.js';
import { settleSpendFilters } from '#domain/spend/settle-spend-filters.js';
import { rangeFault } from '#domain/spend/spend-range.js';
import type { AppDeps } from '../app-deps.js';
import { type AskedRange, readRange } from './read-range.js';

const filters = ['organization', 'project', 'key', 'model', 'tier', 'kind'] as const;

export type FiguresFilter = Partial<Record<(typeof filters)[number], string | undefined>> & {
  book?: Book | undefined;
  calendar?: Calendar | undefined;
};

export interface FiguresQuestion extends FiguresFilter, AskedRange {
  /** Or how to choose, knowing the book. */
  by: BookGroup | ((book: Book) => BookGroup);
  /** Instead of what `AskedRange` says. */
  rangeOf?: (today: string) => DayRange;
  isCompared?: boolean;
  /** As of `readSpend`, knowing how many days there are. */
  wanted?: (days: number) => { named: number; detail?: number; grain?: PointGrain };
}

/** What is asked, once it is known what was meant. */
export interface AskedFigures {
  sources: SpendSources;
  book: Book;
  by: BookGroup;
  only: BookFilter;
  range: DayRange;
}

/**
 * The figures that a query asks for, and what every answer says of them.
 * @throws Problem `invalid-request`, `not-found`
 */
export async function readFigures(deps: AppDeps, tenantId: string, question: FiguresQuestion) {
  const { beside: _nothing, ...figures } = await readFiguresAnd(deps, tenantId, question, () => Promise.resolve(null));
  return figures;
}

/** The same, and what a page shows beside them, from the same snapshot. */
export async function readFiguresAnd<Beside>(
  deps: AppDeps,
  tenantId: string,
  question: FiguresQuestion,
  beside: ReadBeside<Beside>,
) {
  const read = (asked: FiguresQuestion) =>
    withBookSnapshot(deps, tenantId, (inSnapshot) => readOnce(inSnapshot, tenantId, asked, beside));
  const found = await read(question);
  if (!isNothing(found.spend)) return found;
  const { book, only, head } = found;
  const range = { fromDay: head.from, toDay: head.to };
  const { model } = await settleSpendFilters(deps, tenantId, { book, calendar: head.calendar, only, ...range });
  return model === only.model ? found : read({ ...question, model });
}

const isNothing = ({ total }: Spend) => total.requests === 0 && total.cost === 0n;

type SnapshotDeps = AppDeps & { snapshot: BookSnapshot };

/** `spend` is being read while this asks what does not depend on it. */
type ReadBeside<Beside> = (deps: SnapshotDeps, asked: AskedFigures, spend: Promise<Spend>) => Promise<Beside>;

async function readOnce<Beside>(
  deps: SnapshotDeps,
  tenantId: string,
  question: FiguresQuestion,
  beside: ReadBeside<Beside>,
) {
  const sources = await readSpendSources(deps, tenantId, question);
  const book = question.book ?? usualBook(sources);
  const by = typeof question.by === 'function' ? question.by(book) : question.by;
  const only = toBookFilter(book, question);
  assertTold(book, { ...question, by });
  const { shown, today, zone } = headOf(deps, { book, sources });
  const resolved = readRange(question, { now: deps.clock.now(), zone });
  const { fromDay, toDay } = question.rangeOf?.(today) ?? resolved;
  const fault = rangeFault({ fromDay, toDay });
  if (fault !== null) throw new Problem('invalid-request', { field: 'from', detail: fault });
  const reading = readSpend(deps, tenantId, {
    book,
    fromDay,
    toDay,
    by,
    only,
    before: question.isCompared ? resolved.before : null,
    sources,
    ...question.wanted?.(countDays({ fromDay, toDay })),
  });
  const asked = { sources, book, by, only, range: { fromDay, toDay } };
  const [spend, told] = await Promise.all([reading, beside(deps, asked, reading)]);
  const head = { ...shown, from: fromDay, to: toDay, model: only.model ?? null };
  return { ...asked, range: resolved.range, today, spend, head, beside: told };
}

/** What every answer says of its figures. */
export function headOf(deps: AppDeps, { book, sources }: { book: Book; sources: SpendSources }) {
  const zone = zoneOf(book, sources);
  return {
    zone,
    today: localDay(deps.clock.now(), zone),
    shown: {
      book,
      calendar: calendarOf(book, sources),
      timeZone: zone,
      asOf: asOf(deps, book, sources)?.toISOString() ?? null,
    },
  };
}

function toBookFilter(book: Book, { organization, project, key, model, tier, kind }: FiguresFilter): BookFilter {
  const keyId = book === 'measured' && key === '' ? nilUuid : key;
  return { organizationId: organization, projectId: project, keyId, model, tier, kind };
}

/** A book that knows nothing of tiers would answer “none”, and be believed. */
function assertTold(book: Book, question: FiguresFilter & { by: BookGroup }): void {
  const asked = [['by', question.by] as const, ...filters.map((name) => [name, name] as const)];
  const faults = asked
    .filter(([field, by]) => !tellsApart(book, by) && (field === 'by' || question[field] !== undefined))
    .map(([field, by]) => [field, `The ${book} book does not tell ${plurals[by] ?? `${by}s`} apart.`] as const);
  const [[, detail] = []] = faults;
  if (detail !== undefined) throw new Problem('invalid-request', { detail, fields: Object.fromEntries(faults) });
}

const plurals: Partial<Record<BookGroup, string>> = { 'end-user': 'end users' };
