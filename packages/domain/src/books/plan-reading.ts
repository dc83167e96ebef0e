import type { BookCoverage } from './book-coverage.js';
import type { DaySpan } from './book.js';
import { type Period, periods } from './periods.js';
import { daysOf } from '../spend/local-days.js';

/** Where the figures of a range come from; each day of it is in one place, or begins in the sums and ends in its hours. */
export interface ReadingPlan {
  /** First days of periods, of those lengths of which there are some. */
  periods: { period: Period; days: string[] }[];
  /** Days whose sums count. */
  days: string[];
  /** Days whose hours are read, from an instant on or, with null, from their beginning. */
  hours: { day: string; from: Date | null }[];
}

/**
 * The longest periods that lie within one of `spans`, days as far as they are summed, and hours for what is left.
 * @param spans whose days are meant, in order and not overlapping
 * @param lengths of the periods that may be read; none where days are to be told apart
 */
export function planReading(
  coverage: BookCoverage,
  spans: readonly DaySpan[],
  lengths: readonly Period[],
): ReadingPlan {
  const covered = new Set<string>();
  const plan = periods
    .filter((period) => lengths.includes(period))
    .map((period) => {
      const days: string[] = [];
      for (const one of coverage.periods) {
        if (one.period !== period || covered.has(one.fromDay) || !isWithin(one, spans)) continue;
        days.push(one.fromDay);
        for (const day of daysOf(one)) covered.add(day);
      }
      return { period, days };
    });
  const left = spans.flatMap(daysOf).filter((day) => !covered.has(day));
  return {
    periods: plan.filter(({ days }) => days.length > 0),
    days: left.filter((day) => coverage.days.has(day) || coverage.partial.has(day)),
    hours: left
      .filter((day) => !coverage.days.has(day))
      .map((day) => ({ day, from: coverage.partial.get(day) ?? null })),
  };
}

function isWithin({ fromDay, toDay }: DaySpan, spans: readonly DaySpan[]): boolean {
  return spans.some((span) => fromDay >= span.fromDay && toDay <= span.toDay);
}
