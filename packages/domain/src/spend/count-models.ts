import type { BookDeps } from '../books/book-snapshot.js';
import type { Book, BookFilter, Calendar, DaySpan } from '../books/book.js';
import { countBookModels } from '../books/count-book-models.js';
import { bookOfModels } from './book-of-models.js';
import { calendarOf } from './read-spend-sources.js';

/** Each has a look at as many sums as projects and models have together, a thousand and more of a large tenant. */
const mostSpans = 31;

/** How many models each project used, by the first day of the span and the project; none stands for none that is named. */
export type ModelCounts = ReadonlyMap<string, ReadonlyMap<string | null, number>>;

interface ModelsQuestion {
  book: Book;
  only: BookFilter;
  calendar: Calendar;
  hasReported: boolean;
  /** In order, and not overlapping. */
  spans: readonly DaySpan[];
}

/** The models of each project, from the book that names them; null where there are more spans than 31. */
export async function countModels(
  deps: BookDeps,
  tenantId: string,
  { book, hasReported, ...question }: ModelsQuestion,
): Promise<ModelCounts | null> {
  if (question.spans.length > mostSpans) return null;
  const rows = await countBookModels(deps, tenantId, {
    ...question,
    book: bookOfModels(book, { hasReported, only: question.only }),
    calendar: calendarOf(book, question),
    by: 'project',
  });
  const counts = new Map<string, Map<string | null, number>>();
  for (const { day, group, models } of rows) {
    const ofDay = counts.get(day) ?? new Map<string | null, number>();
    counts.set(day, ofDay.set(group, models));
  }
  return counts;
}
