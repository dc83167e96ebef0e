import type { Book, BookGroup } from '../books/book.js';

/** What each book tells apart. A probe or a pushed event has no project; a bill has no tier. */
export const spendGroups = {
  billed: ['none', 'organization', 'project', 'key', 'model', 'kind'],
  reported: ['none', 'organization', 'project', 'key', 'model', 'tier', 'kind'],
  measured: ['none', 'key', 'model', 'tier', 'kind', 'end-user'],
} as const satisfies Record<Book, readonly BookGroup[]>;

export function tellsApart(book: Book, by: BookGroup): boolean {
  return (spendGroups[book] as readonly BookGroup[]).includes(by);
}
