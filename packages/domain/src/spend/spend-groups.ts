import type { Book, BookGroup } from '../books/book.js';

/** What each book tells apart. A bill has no tier; the project of what was measured is its key’s at OpenAI. */
export const spendGroups = {
  billed: ['none', 'organization', 'project', 'key', 'model', 'kind'],
  reported: ['none', 'organization', 'project', 'key', 'model', 'tier', 'kind'],
  measured: ['none', 'organization', 'project', 'key', 'model', 'tier', 'kind', 'end-user'],
} as const satisfies Record<Book, readonly BookGroup[]>;

export function tellsApart(book: Book, by: BookGroup): boolean {
  return (spendGroups[book] as readonly BookGroup[]).includes(by);
}

/** What figures are told apart by unless asked otherwise. */
export function usualGroup(book: Book): BookGroup {
  return book === 'measured' ? 'model' : 'project';
}
