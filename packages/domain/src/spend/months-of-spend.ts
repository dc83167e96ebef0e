import type { DayRange } from './local-days.js';
import { monthOf } from './local-days.js';
import type { Spend, SpendDay } from './read-spend.js';
import { type SpendSums, sumSpend } from './spend-sums.js';

export interface SpendMonth extends DayRange, SpendSums {
  /** `YYYY-MM` */
  month: string;
  /** Whether the book covers any of its days. */
  isKnown: boolean;
  /** The month is under way, or some of its days may still change. */
  isProvisional: boolean;
  days: SpendDay[];
}

/** Whole calendar months up to that of `today`, oldest first, as one range of days. */
export function rangeOfMonths(today: string, months: number): DayRange {
  return { fromDay: monthOf(today, 1 - months).fromDay, toDay: today };
}

/** The days of a range, month by month. */
export function monthsOfSpend({ days }: Pick<Spend, 'days'>): SpendMonth[] {
  const names = [...new Set(days.map(({ day }) => day.slice(0, 7)))];
  const last = names.at(-1);
  return names.map((month) => {
    const ofMonth = days.filter(({ day }) => day.startsWith(month));
    const isKnown = ofMonth.some((day) => day.isKnown);
    return {
      month,
      fromDay: ofMonth[0]?.day ?? month,
      toDay: ofMonth.at(-1)?.day ?? month,
      isKnown,
      isProvisional: isKnown && (month === last || ofMonth.some((day) => day.isProvisional)),
      days: ofMonth,
      ...sumSpend(ofMonth),
    };
  });
}
