import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { daysBefore, startOfUtcDay } from '../organizations/utc-days.js';
import { addDays, localDay } from '../spend/local-days.js';
import type { Book, DaySpan } from './book.js';
import { reachOfBooks } from './reach-of-books.js';
import { cutIntoPeriods, partsOf } from './period-parts.js';
import { type Period, periods } from './periods.js';

export interface PeriodToSum extends DaySpan {
  book: Book;
  zone: string;
  period: Period;
}

/** What is younger still changes, and a period that held it would be summed as often; what is revised later is rare. */
const settledAfterDays = 1;

/** What longer ones are summed from. */
const ofLonger = new Set<Period | 'day'>(Object.values(partsOf));

interface Summed {
  book: Book;
  zone: string;
  /** Of the first of all hours. */
  firstDay: string;
  /** Of the last of all bills; null in the other books, whose days are summed whether there is something or not. */
  lastDay: string | null;
  part: Period | 'day';
  /** First and last days, `YYYY-MM-DD…YYYY-MM-DD`. */
  spans: string[];
}

/**
 * The periods whose parts are all summed, and that are not summed themselves; newest first. A book's first period begins with
 * its first day, as there is nothing before. The last, which is not over, ends with the last day that is settled: it is
 * summed anew each day. The last of bills ends with them, as there may be no more.
 */
export async function listPeriodsToSum(deps: { db: Database; clock: Clock }, tenantId: string): Promise<PeriodToSum[]> {
  const rows = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<Summed[]>`
      WITH book AS (${reachOfBooks(tenantId)}),
      summed AS (
        SELECT book, zone, 'day' AS part, day, day AS last_day FROM summed_day
        WHERE tenant_id = ${tenantId}::uuid AND summed_to = (day + 1)::timestamp AT TIME ZONE zone
        UNION ALL SELECT book, zone, period, day, last_day FROM summed_period WHERE tenant_id = ${tenantId}::uuid
      )
      SELECT s.book, zone, part, to_char(min(book.first) AT TIME ZONE zone, 'YYYY-MM-DD') AS "firstDay",
        to_char((min(book.until) FILTER (WHERE s.book = 'billed') AT TIME ZONE zone)::date - 1, 'YYYY-MM-DD') AS "lastDay",
        array_agg(to_char(day, 'YYYY-MM-DD') || '…' || to_char(last_day, 'YYYY-MM-DD')) AS spans
      FROM summed s JOIN book ON book.name = s.book AND book.first IS NOT NULL
      GROUP BY s.book, zone, part`,
  );
  const summed = new Map(rows.map(({ book, zone, part, spans }) => [`${book} ${zone} ${part}`, new Set(spans)]));
  const lastSettledIn = (zone: string) =>
    addDays(localDay(startOfUtcDay(daysBefore(deps.clock.now(), settledAfterDays)), zone), -1);
  const waiting = rows.flatMap(({ book, zone, part, firstDay, lastDay, spans }) => {
    const parts = new Set(spans);
    const settled = lastSettledIn(zone);
    const reach = { fromDay: firstDay, toDay: lastDay !== null && lastDay < settled ? lastDay : settled };
    // A day has its own sums, and where others are to follow it can wait for them. What is over is part of longer ones.
    const isWorthIt = (period: Period, { fromDay, toDay }: DaySpan) =>
      fromDay < toDay || (ofLonger.has(period) && toDay < settled);
    return periods
      .filter((period) => partsOf[period] === part)
      .flatMap((period) =>
        cutIntoPeriods(reach, period)
          .filter((span) => isWorthIt(period, span))
          .filter((span) => !summed.get(`${book} ${zone} ${period}`)?.has(named(span)))
          .filter((span) => cutIntoPeriods(span, part).every((one) => parts.has(named(one))))
          .map((span) => ({ book, zone, period, ...span })),
      );
  });
  return waiting.toSorted((a, b) => b.fromDay.localeCompare(a.fromDay));
}

const named = ({ fromDay, toDay }: DaySpan) => `${fromDay}…${toDay}`;
