import type { Book, BookFilter, BookGroup } from '#domain/books/book.js';
import type { SpendActivity } from '#domain/spend/count-spend-activity.js';
import type { SpendDashboard } from '#domain/spend/read-spend-dashboard.js';
import type { SpendSources } from '#domain/spend/read-spend-sources.js';
import type { Spend } from '#domain/spend/read-spend.js';
import type { SpendRange } from '#domain/spend/spend-range.js';

/** A view of spend, as it was read. */
export interface SpendFigures {
  book: Book;
  by: BookGroup;
  only: BookFilter;
  range: SpendRange;
  head: { from: string; to: string; timeZone: string; asOf: string | null };
  today: string;
  sources: SpendSources;
  spend: Spend;
  activity: SpendActivity;
  /** Of each project on screen; null where they are not counted. */
  models: ReadonlyMap<string | null, number> | null;
  /** Of the project and key that the view is narrowed to. */
  names: { project: string | null; key: string | null } | null;
  limits: SpendDashboard['limits'] | null;
}
