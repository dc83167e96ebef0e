import type { Database } from '#db/database.js';
import type { Book, BookFilter, DaySpan } from '../books/book.js';
import { sumBookBySpan } from '../books/sum-book-by-span.js';
import { countDays } from './local-days.js';
import { bookOfModels } from './book-of-models.js';

/** Of days in all: each has as many figures as projects and models together, a thousand and more of a large tenant. */
export const mostModelDays = 31;

/** How many models each project used, by the first day of the span and the project; none stands for none that is named. */
export type ModelCounts = ReadonlyMap<string, ReadonlyMap<string | null, number>>;

interface ModelsQuestion {
  book: Book;
  only: BookFilter;
  hasReported: boolean;
  /** In order, and not overlapping. */
  spans: readonly DaySpan[];
  /** Projects; default: all. */
  groups?: readonly (string | null)[];
}

/** The models of each project, from the book that names them; null where there are more than `mostModelDays`. */
export async function countModels(
  deps: { db: Database },
  tenantId: string,
  { book, hasReported, ...question }: ModelsQuestion,
): Promise<ModelCounts | null> {
  const days = question.spans.reduce((sum, span) => sum + countDays(span), 0);
  if (days > mostModelDays) return null;
  const rows = await sumBookBySpan(deps, tenantId, {
    ...question,
    book: bookOfModels(book, { hasReported, only: question.only }),
    calendar: book === 'billed' ? 'utc' : 'tenant',
    by: 'project',
    and: 'model',
  });
  const counts = new Map<string, Map<string | null, number>>();
  for (const { day, group, also } of rows) {
    if (also === null) continue;
    const ofDay = counts.get(day) ?? new Map<string | null, number>();
    counts.set(day, ofDay.set(group, (ofDay.get(group) ?? 0) + 1));
  }
  return counts;
}
