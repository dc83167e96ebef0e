import type { DayRange } from '#domain/spend/local-days.js';
import type { DayState } from '#domain/spend/state-of-days.js';
import { daySpan } from '../format/day-span.js';

/** What a range is compared with. Of a day that is under way there is less than of a whole one, so that is said. */
export function periodBefore(before: DayRange | null, days: readonly DayState[], today: string): string {
  if (!before) return '';
  const isUnderWay = days.findLast(({ isKnown }) => isKnown)?.day === today;
  return `${isUnderWay ? 'all of ' : ''}${daySpan(before, today)}`;
}
