import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { Book } from './book.js';

export interface HalfMonthToSum {
  book: Book;
  zone: string;
  /** `YYYY-MM-DD`, the 1st or the 16th. */
  day: string;
  /** `YYYY-MM-DD` */
  lastDay: string;
}

/** Imports read the last days again, each time; a half that holds some of them would be summed as often. */
const settledAfterDays: Record<Book, number> = { measured: 1, reported: 7, billed: 7 };

/** The halves of months that are over, whose days are all summed, and that are not summed themselves; newest first. */
export async function listHalfMonthsToSum(
  deps: { db: Database; clock: Clock },
  tenantId: string,
): Promise<HalfMonthToSum[]> {
  return withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<HalfMonthToSum[]>`
      WITH summed AS (
        SELECT book, zone, CASE WHEN extract(day FROM day) <= 15 THEN date_trunc('month', day)::date
          ELSE date_trunc('month', day)::date + 15 END AS half, count(*) AS days
        FROM summed_day
        WHERE tenant_id = ${tenantId}::uuid AND summed_to = (day + 1)::timestamp AT TIME ZONE zone
        GROUP BY 1, 2, 3
      ),
      whole AS (
        SELECT book, zone, half AS day, CASE WHEN extract(day FROM half) = 1 THEN half + 14
          ELSE (date_trunc('month', half) + interval '1 month - 1 day')::date END AS last_day, days
        FROM summed
      )
      SELECT book, zone, to_char(day, 'YYYY-MM-DD') AS day, to_char(last_day, 'YYYY-MM-DD') AS "lastDay"
      FROM whole w
      WHERE days = last_day - day + 1 AND last_day < ${deps.clock.now()}::timestamptz::date - (${settledAfterDays}::jsonb ->> book)::int
        AND NOT EXISTS (SELECT FROM summed_half_month s WHERE s.tenant_id = ${tenantId}::uuid AND s.book = w.book
          AND s.zone = w.zone AND s.day = w.day)
      ORDER BY w.day DESC, book, zone`,
  );
}
