import { Prisma } from '#db/rows.js';
import type { PeriodToSum } from './list-periods-to-sum.js';
import { periodOf } from './periods.js';

/**
 * Narrows rows of `period_sum` or `summed_period` to the calendar's period that is to be summed: when it was summed before, it
 * may have begun or ended with another day.
 */
export function samePeriod(tenantId: string, { book, zone, period, fromDay }: PeriodToSum): Prisma.Sql {
  const whole = periodOf(period, fromDay);
  return Prisma.sql`tenant_id = ${tenantId}::uuid AND book = ${book} AND zone = ${zone} AND period = ${period}
    AND day BETWEEN ${whole.fromDay}::date AND ${whole.toDay}::date`;
}
