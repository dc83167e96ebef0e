import type { Book } from '#domain/books/book.js';
import { tellsApart } from '#domain/spend/spend-groups.js';
import { links } from './links.js';

/** What narrows figures, each by a group of the same name. */
export const narrowing = ['organization', 'project', 'key', 'model', 'tier', 'kind'] as const;
export type Narrowing = (typeof narrowing)[number];

/** All that an address of the Spend page says; empty for nothing. */
export const spendFields = ['range', 'from', 'to', 'calendar', 'book', 'by', ...narrowing] as const;
export type SpendFilters = Record<(typeof spendFields)[number], string>;

/** Stands for “has none” in an address. */
export const noneValue = '(none)';

/** The same view with something changed. */
export const spendHref = (filters: SpendFilters, change: Partial<SpendFilters> = {}): string =>
  links.spend({ ...filters, ...change });

/** The same view from another book, without what that one does not know or calls otherwise. */
export function hrefOfBook(filters: SpendFilters, { from, to }: { from: Book; to: Book }): string {
  // What was measured names its keys by our ids; kinds are each book's own.
  const isRenamed = (name: Narrowing) => name === 'kind' || (name === 'key' && [from, to].includes('measured'));
  const dropped = from === to ? [] : narrowing.filter((name) => isRenamed(name) || !tellsApart(to, name));
  return spendHref(filters, { book: to, ...Object.fromEntries(dropped.map((name) => [name, ''])) });
}

/** A group alone, told apart by the next thing that anybody asks of it. */
export function hrefOfGroup(
  filters: SpendFilters,
  { book, by, group }: { book: Book; by: Narrowing; group: string | null },
) {
  const narrowed = { ...filters, [by]: group ?? noneValue };
  const questions = ['project', 'key', 'model', 'kind'] as const;
  const next = questions.find((name) => narrowed[name] === '' && tellsApart(book, name));
  return spendHref(narrowed, { book, by: next ?? by });
}
