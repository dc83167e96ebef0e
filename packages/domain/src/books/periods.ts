import { monthOf, weekOf } from '../spend/local-days.js';
import type { DaySpan } from './book.js';

/**
 * Stretches of a calendar that have sums of their own, longest first. Each lies within one of the next longer: years are
 * read from few rows, and few days are left at the ends of a range. Weeks alone lie across the others, and are read where
 * weeks are asked for.
 */
export const periods = ['year', 'quarter', 'month', 'half-month', 'week', 'five-days'] as const;
export type Period = (typeof periods)[number];

/**
 * The period that a day (`YYYY-MM-DD`) lies in: a calendar year, quarter, month or week, or a part of a month, of which the
 * last ends with it.
 */
export function periodOf(period: Period, day: string): DaySpan {
  if (period === 'year') return { fromDay: `${day.slice(0, 4)}-01-01`, toDay: `${day.slice(0, 4)}-12-31` };
  if (period === 'quarter') {
    const passed = (Number(day.slice(5, 7)) - 1) % 3;
    return { fromDay: monthOf(day, -passed).fromDay, toDay: monthOf(day, 2 - passed).toDay };
  }
  if (period === 'week') return weekOf(day);
  const month = monthOf(day);
  if (period === 'month') return month;
  const length = period === 'half-month' ? 15 : 5;
  const at = (dayOfMonth: number) => `${day.slice(0, 8)}${String(dayOfMonth).padStart(2, '0')}`;
  const index = Math.min(Math.floor((Number(day.slice(8)) - 1) / length), 30 / length - 1);
  return {
    fromDay: at(index * length + 1),
    toDay: (index + 1) * length === 30 ? month.toDay : at((index + 1) * length),
  };
}
