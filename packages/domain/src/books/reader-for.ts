import type { Reader } from '#db/reader.js';
import type { BookQuestion } from './book.js';
import type { BookSnapshot } from './book-snapshot.js';

/**
 * Who is to ask a question about sums: what is narrowed to some groups or keys is planned for those, which are few or many, and
 * the rest once, as to plan it takes up to half of its time.
 */
export function readerFor(snapshot: BookSnapshot, { only, groups }: Pick<BookQuestion, 'only' | 'groups'>): Reader {
  const isNarrowed = groups !== undefined || Object.values(only ?? {}).some((value) => value !== undefined);
  return isNarrowed ? snapshot.reader : snapshot.steadyReader;
}
