import { daysOf } from '../spend/local-days.js';
import type { DaySpan } from './book.js';
import { type Period, periodOf } from './periods.js';

/** What sums are made of: those of days, or of shorter periods with the same levels. */
export const partsOf = {
  'five-days': 'day',
  'half-month': 'day',
  month: 'half-month',
  quarter: 'month',
} as const satisfies Record<Period, Period | 'day'>;

/** Of the parts that a period is summed from, `YYYY-MM-DD`. */
export function firstDaysOfParts({ period, ...span }: { period: Period } & DaySpan): string[] {
  const part = partsOf[period];
  if (part === 'day') return daysOf(span);
  return [...new Set(daysOf(span).map((day) => periodOf(part, day).fromDay))];
}
