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
  const days = spans.flatMap((span, index) => daysOf(span).map((day) => ({ day, span: index, isCovered: false })));
  const at = new Map(days.map(({ day }, index) => [day, index]));
  // Weeks may be covered in part, other than the rest: they are read where one is all that a span is.
  const isMeant = (period: Period, one: DaySpan, span: DaySpan | undefined) =>
    period !== 'week' || (span?.fromDay === one.fromDay && span.toDay === one.toDay);
  const cover = (period: Period, one: DaySpan): boolean => {
    const [from, to] = [at.get(one.fromDay), at.get(one.toDay)];
    if (from === undefined || to === undefined) return false;
    const { span } = days[from] ?? {};
    if (span === undefined || days[to]?.span !== span || !isMeant(period, one, spans[span])) return false;
    // Where one is summed anew, of more days, a longer one may still hold some of them.
    const within = days.slice(from, to + 1);
    if (within.some(({ isCovered }) => isCovered)) return false;
    for (const day of within) day.isCovered = true;
    return true;
  };
  const plan = periods
    .filter((period) => lengths.includes(period))
    .map((period) => ({
      period,
      days: (coverage.periods[period] ?? []).flatMap(([fromDay, toDay]) =>
        cover(period, { fromDay, toDay }) ? fromDay : [],
      ),
    }));
  const left = days.flatMap(({ day, isCovered }) => (isCovered ? [] : [day]));
  return {
    periods: plan.filter((part) => part.days.length > 0),
    days: left.filter((day) => coverage.days.has(day) || coverage.partial.has(day)),
    hours: left
      .filter((day) => !coverage.days.has(day))
      .map((day) => ({ day, from: coverage.partial.get(day) ?? null })),
  };
}
