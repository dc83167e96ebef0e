import type { Reader } from '#db/reader.js';
import type { BookSnapshot } from '../books/book-snapshot.js';
import { isNarrowed, type UsageFilter } from './usage-filter.js';

/** Who is to ask about records: the newest of all are found alike each time, those of a key or a model by how many they are. */
export function usageReader(snapshot: BookSnapshot, filter: UsageFilter): Reader {
  return isNarrowed(filter) ? snapshot.reader : snapshot.steadyReader;
}
