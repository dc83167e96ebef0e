import type { Book, BookFilter, BookGroup, BookSums } from '../books/book.js';
import type { BookDeps } from '../books/book-snapshot.js';
import { sumBook } from '../books/sum-book.js';
import { bookOfModels } from './book-of-models.js';
import type { DayRange } from './local-days.js';
import { type SpendSums, sumSpend } from './spend-sums.js';

export interface SpendActivity {
  projects: number;
  models: number;
  /** Null when no book that counts requests covers the question. */
  traffic: { book: Book; sums: SpendSums } | null;
}

interface ActivityQuestion extends DayRange {
  book: Book;
  by: BookGroup;
  only: BookFilter;
  /** Of `by`, as they are known already. */
  groups: readonly BookSums[];
  total: SpendSums;
  hasReported: boolean;
}

/** How many projects and models there were, and how much went through them. */
export async function countSpendActivity(
  deps: BookDeps,
  tenantId: string,
  question: ActivityQuestion,
): Promise<SpendActivity> {
  const { book, by, only, groups, total, hasReported, ...range } = question;
  const isBilled = book === 'billed';
  const counted = bookOfModels(book, { hasReported, only });
  const known = (wanted: BookGroup, inBook: Book) => (by === wanted && inBook === book ? groups : null);
  const sum = (wanted: BookGroup, inBook: Book) =>
    known(wanted, inBook) ??
    sumBook(deps, tenantId, { ...range, only, book: inBook, by: wanted, calendar: isBilled ? 'utc' : 'tenant' });
  const [projects, models] = await Promise.all([sum('project', book), sum('model', counted)]);
  const sums = counted === book ? total : sumSpend(models);
  return {
    projects: countNamed(projects),
    models: countNamed(models),
    traffic: counted === 'billed' ? null : { book: counted, sums },
  };
}

const countNamed = (groups: readonly BookSums[]) => groups.filter(({ group }) => group !== null).length;
