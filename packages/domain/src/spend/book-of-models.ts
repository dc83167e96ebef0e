import type { Book, BookFilter } from '../books/book.js';

/**
 * The book that models and traffic are counted in. A bill counts no requests and names few models: those come from what
 * OpenAI reports for the same UTC days, except for a line item, which nothing else has.
 */
export function bookOfModels(book: Book, { hasReported, only }: { hasReported: boolean; only: BookFilter }): Book {
  return book === 'billed' && hasReported && only.kind === undefined ? 'reported' : book;
}
