import type { Book, BookFilter, Calendar } from '../books/book.js';
import type { BookDeps } from '../books/book-snapshot.js';
import { countBookGroups } from '../books/count-book-groups.js';
import { sumBook } from '../books/sum-book.js';
import { bookOfModels } from './book-of-models.js';
import type { DayRange } from './local-days.js';
import { calendarOf } from './read-spend-sources.js';
import { type SpendSums, sumSpend } from './spend-sums.js';

export interface SpendActivity {
  projects: number;
  models: number;
  /** Null when no book that counts requests covers the question. */
  traffic: { book: Book; sums: SpendSums } | null;
}

interface ActivityQuestion extends DayRange {
  book: Book;
  only: BookFilter;
  /** Of the book, as it is known already. */
  total: SpendSums;
  calendar: Calendar;
  hasReported: boolean;
}

/** How many projects and models there were, and how much went through them. */
export async function countSpendActivity(
  deps: BookDeps,
  tenantId: string,
  { book, only, total, calendar, hasReported, fromDay, toDay }: ActivityQuestion,
): Promise<SpendActivity> {
  const counted = bookOfModels(book, { hasReported, only });
  const asked = { fromDay, toDay, only, calendar: calendarOf(book, { calendar }) } as const;
  const [projects, models, traffic] = await Promise.all([
    countBookGroups(deps, tenantId, { ...asked, book, by: 'project' }),
    countBookGroups(deps, tenantId, { ...asked, book: counted, by: 'model' }),
    counted === book ? [total] : sumBook(deps, tenantId, { ...asked, book: counted, by: 'none' }),
  ]);
  return { projects, models, traffic: counted === 'billed' ? null : { book: counted, sums: sumSpend(traffic) } };
}
