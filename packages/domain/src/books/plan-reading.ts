import type { BookCoverage } from './book-coverage.js';
import type { DaySpan } from './book.js';
import { daysOf } from '../spend/local-days.js';

/** Where the figures of a range come from; each day of it is in one place, or begins in the sums and ends in its hours. */
export interface ReadingPlan {
  /** First days of halves of months. */
  halves: string[];
  /** Days whose sums count. */
  days: string[];
  /** Days whose hours are read, from an instant on or, with null, from their beginning. */
  hours: { day: string; from: Date | null }[];
}

/**
 * Halves of months as far as they lie within one of `spans` and days need not be told apart, days as far as they are summed,
 * and hours for what is left.
 * @param spans whose days are meant, in order and not overlapping
 */
export function planReading(
  coverage: BookCoverage,
  spans: readonly DaySpan[],
  { areDaysTold }: { areDaysTold: boolean },
): ReadingPlan {
  const halves = coverage.halves.filter(
    (half) => !areDaysTold && spans.some((span) => half.fromDay >= span.fromDay && half.toDay <= span.toDay),
  );
  const inHalves = new Set(halves.flatMap(daysOf));
  const left = spans.flatMap(daysOf).filter((day) => !inHalves.has(day));
  return {
    halves: halves.map(({ fromDay }) => fromDay),
    days: left.filter((day) => coverage.days.has(day) || coverage.partial.has(day)),
    hours: left
      .filter((day) => !coverage.days.has(day))
      .map((day) => ({ day, from: coverage.partial.get(day) ?? null })),
  };
}
