import { cutRange, daysOf } from '../spend/local-days.js';
import type { DaySpan } from './book.js';
import { type Period, periodOf } from './periods.js';

/** What sums are made of: those of days, or of shorter periods with the same levels. */
export const partsOf = {
  'five-days': 'day',
  week: 'day',
  'half-month': 'day',
  month: 'half-month',
  quarter: 'month',
  year: 'quarter',
} as const satisfies Record<Period, Period | 'day'>;

/** The calendar's periods of a length, of which the first and the last are cut where the range is. */
export function cutIntoPeriods(range: DaySpan, period: Period | 'day'): DaySpan[] {
  if (period === 'day') return daysOf(range).map((day) => ({ fromDay: day, toDay: day }));
  return cutRange(range, (day) => periodOf(period, day));
}
