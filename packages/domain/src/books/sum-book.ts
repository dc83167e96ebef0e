import type { BookDeps } from './book-snapshot.js';
import type { BookQuery, BookSums } from './book.js';
import { bookGrains, readBookSums } from './read-book-sums.js';

/**
 * A book's sums per group over a range of days, dearest first; equal to the sums of `sumBookByDay`.
 * @throws Problem `invalid-request` for end users of another book than the measured one, or of a part of it
 */
export function sumBook(deps: BookDeps, tenantId: string, query: BookQuery): Promise<BookSums[]> {
  return readBookSums(deps, tenantId, bookGrains.range(query), query);
}

/**
 * The dearest of them, and how many groups there are: where all could be as many as there are end users, what is not named
 * is left to be counted by Postgres.
 */
export async function sumDearest(
  deps: BookDeps,
  tenantId: string,
  query: BookQuery,
  most: number,
): Promise<{ groups: BookSums[]; groupCount: number }> {
  const grain = bookGrains.dearest(query);
  const rows = await readBookSums<BookSums & { groupCount: number }>(deps, tenantId, grain, { ...query, limit: most });
  return {
    groups: rows.map(({ groupCount: _groupCount, ...sums }) => sums),
    groupCount: rows[0]?.groupCount ?? 0,
  };
}

/** Which groups these are, for whoever sums them anyway: in half the time, where there are thousands. */
export async function rankDearest(
  deps: BookDeps,
  tenantId: string,
  query: BookQuery,
  most: number,
): Promise<{ groups: (string | null)[]; groupCount: number }> {
  type Ranked = Pick<BookSums, 'group' | 'cost'> & { groupCount: number };
  const ranked = await readBookSums<Ranked>(deps, tenantId, bookGrains.rank(query), { ...query, limit: most });
  return { groups: ranked.map(({ group }) => group), groupCount: ranked[0]?.groupCount ?? 0 };
}
