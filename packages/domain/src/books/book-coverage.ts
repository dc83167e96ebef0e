import { Prisma } from '#db/rows.js';
import type { Reader } from '#db/reader.js';
import type { Book, BookQuery, DaySpan } from './book.js';
import type { Period } from './periods.js';

/** Which days and periods of a book are summed, in one zone, of the days that were asked about. */
export interface BookCoverage {
  /** IANA name. */
  zone: string;
  /** Whole days, `YYYY-MM-DD`; also those that last, as long as there is nothing reported beyond what is summed of them. */
  days: ReadonlySet<string>;
  /** Days that are summed up to an instant. */
  partial: ReadonlyMap<string, Date>;
  /** First days of those of each length, oldest first, and their last days. */
  periods: Readonly<Partial<Record<Period, readonly [fromDays: string[], toDays: string[]]>>>;
}

interface Row {
  book: Book;
  zone: string;
  days: string[] | null;
  partial: [day: string, summedTo: string][] | null;
  periods: BookCoverage['periods'] | null;
}

/** Of each of `books`, in one zone, and of the days of one stretch alone: there are more the longer a tenant is with us. */
export async function loadBookCoverages(
  reader: Reader,
  tenantId: string,
  { books, calendar, fromDay, toDay }: { books: readonly Book[]; calendar: BookQuery['calendar'] } & DaySpan,
): Promise<ReadonlyMap<Book, BookCoverage>> {
  const zone = calendar === 'utc' ? Prisma.sql`'UTC'` : Prisma.sql`reporting_time_zone`;
  const rows = await reader.$queryRaw<Row[]>`
    WITH zone AS MATERIALIZED (SELECT ${zone} AS name FROM tenant WHERE id = ${tenantId}::uuid),
    known AS MATERIALIZED (
      SELECT book, day, summed_to, CASE WHEN summed_to >= ends THEN TRUE ELSE book = 'reported' AND NOT EXISTS (
          SELECT FROM reported_hourly WHERE tenant_id = ${tenantId}::uuid AND hour >= summed_to AND hour < ends
        ) END AS is_whole
      FROM summed_day, LATERAL (SELECT (day + 1)::timestamp AT TIME ZONE zone AS ends) AS of_day
      WHERE tenant_id = ${tenantId}::uuid AND book = ANY(${books}::text[]) AND zone = (SELECT name FROM zone)
        AND day BETWEEN ${fromDay}::date AND ${toDay}::date
    ),
    summed AS MATERIALIZED (
      SELECT book, json_agg(day) FILTER (WHERE is_whole) AS days,
        json_agg(json_build_array(day, summed_to)) FILTER (WHERE NOT is_whole) AS partial FROM known GROUP BY book
    ),
    period AS MATERIALIZED (
      SELECT book, json_object_agg(period, spans) AS periods FROM (
        SELECT book, period,
          json_build_array(array_agg(day ORDER BY day), array_agg(last_day ORDER BY day)) AS spans FROM summed_period
        WHERE tenant_id = ${tenantId}::uuid AND book = ANY(${books}::text[]) AND zone = (SELECT name FROM zone)
          AND day >= ${fromDay}::date AND last_day <= ${toDay}::date
        GROUP BY book, period
      ) AS of_length GROUP BY book
    )
    SELECT book, name AS zone, days, partial, periods
    FROM zone, unnest(${books}::text[]) AS asked(book) LEFT JOIN summed USING (book) LEFT JOIN period USING (book)`;
  return new Map(
    rows.map(({ book, zone: name, days, partial, periods }) => [
      book,
      {
        zone: name,
        days: new Set(days),
        partial: new Map((partial ?? []).map(([day, summedTo]) => [day, new Date(summedTo)])),
        periods: periods ?? {},
      },
    ]),
  );
}
