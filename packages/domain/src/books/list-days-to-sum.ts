import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { Book } from './book.js';
import { reachOfBooks } from './reach-of-books.js';

export interface DayToSum {
  book: Book;
  zone: string;
  /** `YYYY-MM-DD` */
  day: string;
  begins: Date;
  /** Up to where it can be summed: its end or, while it lasts, that of an hour. */
  summedTo: Date;
}

/**
 * An hour is summed this long after its end. What comes later undoes the sums of its day, until they are made again. Reported
 * hours change with an import or a re-rating, which undoes the sums of each day that it changes: the last need not wait.
 */
const settledAfterMs = 10 * 60_000;
/** More are listed by the next call. */
const mostListed = 500;

/** The days since a book's first hour whose sums are missing or behind, newest first. Bills are by UTC day alone. */
export async function listDaysToSum(deps: { db: Database; clock: Clock }, tenantId: string): Promise<DayToSum[]> {
  const settled = new Date(deps.clock.now().getTime() - settledAfterMs);
  return withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<DayToSum[]>`
      WITH settled AS (SELECT date_trunc('hour', ${settled}::timestamptz, 'UTC') AS at),
      book AS (
        SELECT name, first, CASE name WHEN 'billed' THEN until ELSE GREATEST(at, until) END AS until
        FROM (${reachOfBooks(tenantId)}) AS reach, settled
      ),
      zone AS (SELECT 'UTC' AS name UNION SELECT reporting_time_zone FROM tenant WHERE id = ${tenantId}::uuid),
      day AS (
        SELECT book.name AS book, zone.name AS zone, day::date AS day, day AT TIME ZONE zone.name AS begins,
          LEAST(until, (day + interval '1 day') AT TIME ZONE zone.name) AS summed_to
        FROM book, zone, generate_series((first AT TIME ZONE zone.name)::date::timestamp, until AT TIME ZONE zone.name, '1 day')
          AS day
        WHERE first IS NOT NULL AND (book.name <> 'billed' OR zone.name = 'UTC')
      )
      SELECT d.book, d.zone, to_char(d.day, 'YYYY-MM-DD') AS day, d.begins, d.summed_to AS "summedTo"
      FROM day d LEFT JOIN summed_day s
        ON s.tenant_id = ${tenantId}::uuid AND s.book = d.book AND s.zone = d.zone AND s.day = d.day
      WHERE d.begins < d.summed_to AND (s.summed_to IS NULL OR s.summed_to < d.summed_to)
      ORDER BY d.day DESC, d.zone LIMIT ${mostListed}`,
  );
}
