import type { BookCoverage } from './book-coverage.js';
import type { DaySpan } from './book.js';
import { type Period, periods } from './periods.js';
import { addDays, daysOf } from '../spend/local-days.js';

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
  let left: readonly Stretch[] = spans.map((span) => ({ ...span, span }));
  const ofPeriods: ReadingPlan['periods'] = [];
  for (const period of periods) {
    const summed = lengths.includes(period) ? coverage.periods[period] : undefined;
    if (!summed) continue;
    const { taken, rest } = take(left, summed, period);
    if (taken.length > 0) ofPeriods.push({ period, days: taken });
    left = rest;
  }
  const days = left.flatMap(daysOf);
  return {
    periods: ofPeriods,
    days: days.filter((day) => coverage.days.has(day) || coverage.partial.has(day)),
    hours: days
      .filter((day) => !coverage.days.has(day))
      .map((day) => ({ day, from: coverage.partial.get(day) ?? null })),
  };
}

/** Days in a row of one of the spans. */
interface Stretch extends DaySpan {
  span: DaySpan;
}

/** The first days of the periods that lie within a stretch, and what they leave of all. Both are in order. */
function take(
  stretches: readonly Stretch[],
  [fromDays, toDays]: NonNullable<BookCoverage['periods'][Period]>,
  period: Period,
): { taken: string[]; rest: Stretch[] } {
  const taken: string[] = [];
  const rest: Stretch[] = [];
  const coming = stretches[Symbol.iterator]();
  const next = (): Stretch | undefined => coming.next().value;
  let current = next();
  for (const [index, fromDay] of fromDays.entries()) {
    const toDay = toDays[index] ?? fromDay;
    for (; current && current.toDay < fromDay; current = next()) rest.push(current);
    // Where one is summed anew, of more days, a longer one may still hold some of them.
    if (!current || fromDay < current.fromDay || toDay > current.toDay) continue;
    const { span } = current;
    // Weeks may be covered in part, other than the rest: they are read where one is all that a span is.
    if (period === 'week' && (fromDay !== span.fromDay || toDay !== span.toDay)) continue;
    taken.push(fromDay);
    if (current.fromDay < fromDay) rest.push({ ...current, toDay: addDays(fromDay, -1) });
    current = toDay < current.toDay ? { ...current, fromDay: addDays(toDay, 1) } : next();
  }
  for (; current; current = next()) rest.push(current);
  return { taken, rest };
}
