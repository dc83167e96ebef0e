import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { revisedDays } from '../organizations/revised-days.js';
import { daysBefore, startOfUtcDay } from '../organizations/utc-days.js';
import { localDay } from '../spend/local-days.js';
import type { Book, DaySpan } from './book.js';
import { firstDaysOfParts, partsOf } from './period-parts.js';
import { type Period, periodOf, periods } from './periods.js';

export interface PeriodToSum extends DaySpan {
  book: Book;
  zone: string;
  period: Period;
}

/** Imports read the UTC days since then again, each time; a period that holds some of them would be summed as often. */
const settledAfterDays: Record<Book, number> = { measured: 1, reported: revisedDays, billed: revisedDays };

interface Summed {
  book: Book;
  zone: string;
  part: Period | 'day';
  /** First days, `YYYY-MM-DD`. */
  days: string[];
}

/** The periods that are over, whose parts are all summed, and that are not summed themselves; newest first. */
export async function listPeriodsToSum(deps: { db: Database; clock: Clock }, tenantId: string): Promise<PeriodToSum[]> {
  const rows = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<Summed[]>`
      SELECT book, zone, 'day' AS part, array_agg(to_char(day, 'YYYY-MM-DD')) AS days FROM summed_day
      WHERE tenant_id = ${tenantId}::uuid AND summed_to = (day + 1)::timestamp AT TIME ZONE zone
      GROUP BY book, zone
      UNION ALL
      SELECT book, zone, period, array_agg(to_char(day, 'YYYY-MM-DD')) FROM summed_period
      WHERE tenant_id = ${tenantId}::uuid
      GROUP BY book, zone, period`,
  );
  const summed = new Map(rows.map(({ book, zone, part, days }) => [`${book} ${zone} ${part}`, new Set(days)]));
  const firstUnsettled = ({ book, zone }: Pick<PeriodToSum, 'book' | 'zone'>) =>
    localDay(startOfUtcDay(daysBefore(deps.clock.now(), settledAfterDays[book])), zone);
  const waiting = rows.flatMap(({ book, zone, part, days }) =>
    periods
      .filter((period) => partsOf[period] === part)
      .flatMap((period) => {
        const done = summed.get(`${book} ${zone} ${period}`);
        const parts = new Set(days);
        const firstDays = new Set(days.map((day) => periodOf(period, day).fromDay));
        return [...firstDays]
          .map((day) => ({ book, zone, period, ...periodOf(period, day) }))
          .filter((one) => !done?.has(one.fromDay) && one.toDay < firstUnsettled(one))
          .filter((one) => firstDaysOfParts(one).every((day) => parts.has(day)));
      }),
  );
  return waiting.toSorted((a, b) => b.fromDay.localeCompare(a.fromDay));
}
