import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { type DayRange, localDay } from '../spend/local-days.js';
import type { ProjectBook } from './book-of-projects.js';

interface KnownQuestion extends DayRange {
  book: Exclude<ProjectBook, null>;
  /** Whose midnights cut the days. */
  zone: string;
}

/**
 * By organization that the book knows anything of in these days: from which day on, where earlier ones are not read yet or,
 * as no more of the past is wanted or OpenAI refuses it, may never be; and null where all of them are in.
 */
export async function readKnownSince(
  deps: BookDeps,
  tenantId: string,
  { book, zone, fromDay, toDay }: KnownQuestion,
): Promise<ReadonlyMap<string, string | null>> {
  // Of feeds whose past is still being read, or was refused, the one that reaches back least. Where it was read as far as is
  // wanted, all of them end there, and one that ends sooner, as it was long empty, hides nothing of the others.
  const known = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { steadyReader: reader } }) => reader.$queryRaw<{ id: string; readSince: Date | null }[]>`
      SELECT id::text, (
        SELECT greatest(max(known_from) FILTER (WHERE NOT is_backfilled), min(known_from) FILTER (WHERE is_backfilled))
        FROM import_feed f WHERE f.tenant_id = o.tenant_id AND f.organization_id = o.id
          AND (feed = 'costs') = ${book === 'billed'}
      ) AS "readSince"
      FROM organization o WHERE tenant_id = ${tenantId}::uuid AND CASE WHEN ${book === 'billed'}
        THEN EXISTS (SELECT FROM billed_day b WHERE b.tenant_id = o.tenant_id AND b.organization_id = o.id
          AND b.billed_on BETWEEN ${fromDay}::date AND ${toDay}::date)
        ELSE EXISTS (SELECT FROM import_feed f WHERE f.tenant_id = o.tenant_id AND f.organization_id = o.id
          AND f.feed <> 'costs' AND f.known_to > ${fromDay}::date) END`,
  );
  return new Map(
    known.map(({ id, readSince }) => {
      const day = readSince && localDay(readSince, zone);
      return [id, day !== null && day > fromDay ? day : null];
    }),
  );
}
