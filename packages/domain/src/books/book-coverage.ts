import { Prisma } from '#db/rows.js';
import type { Reader } from '#db/reader.js';
import type { Book, BookQuery, DaySpan } from './book.js';
import type { Period } from './periods.js';

/** Which days and periods of a book are summed, in one zone. */
export interface BookCoverage {
  /** IANA name. */
  zone: string;
  /** Whole days, `YYYY-MM-DD`. */
  days: ReadonlySet<string>;
  /** Days that are summed up to an instant. */
  partial: ReadonlyMap<string, Date>;
  /** Of each length, oldest first. */
  periods: readonly (DaySpan & { period: Period })[];
}

interface Row {
  zone: string;
  days: string[] | null;
  partial: [day: string, summedTo: string][] | null;
  periods: [period: Period, fromDay: string, toDay: string][] | null;
}

export async function loadBookCoverage(
  reader: Reader,
  tenantId: string,
  { book, calendar }: { book: Book; calendar: BookQuery['calendar'] },
): Promise<BookCoverage> {
  const zone = calendar === 'utc' ? Prisma.sql`'UTC'` : Prisma.sql`reporting_time_zone`;
  const [row] = await reader.$queryRaw<Row[]>`
    WITH zone AS MATERIALIZED (SELECT ${zone} AS name FROM tenant WHERE id = ${tenantId}::uuid),
    summed AS MATERIALIZED (
      SELECT day, summed_to, summed_to >= (day + 1)::timestamp AT TIME ZONE zone AS is_whole FROM summed_day
      WHERE tenant_id = ${tenantId}::uuid AND book = ${book} AND zone = (SELECT name FROM zone)
    )
    SELECT name AS zone, (SELECT json_agg(day) FROM summed WHERE is_whole) AS days,
      (SELECT json_agg(json_build_array(day, summed_to)) FROM summed WHERE NOT is_whole) AS partial,
      (SELECT json_agg(json_build_array(period, day, last_day) ORDER BY day) FROM summed_period
        WHERE tenant_id = ${tenantId}::uuid AND book = ${book} AND zone = name) AS periods
    FROM zone`;
  if (!row) throw new Error('a book needs a tenant that exists');
  return {
    zone: row.zone,
    days: new Set(row.days),
    partial: new Map((row.partial ?? []).map(([day, summedTo]) => [day, new Date(summedTo)])),
    periods: (row.periods ?? []).map(([period, fromDay, toDay]) => ({ period, fromDay, toDay })),
  };
}
