import { addDays, countDays, type DayRange, localDay, monthOf } from './local-days.js';

export const spendRanges = [
  'today',
  'yesterday',
  'last-7-days',
  'last-30-days',
  'this-month',
  'last-month',
  'custom',
] as const;
export type SpendRange = (typeof spendRanges)[number];

/** The longest range that is answered at once, in days. */
export const mostSpendDays = 400;

export interface ResolvedRange extends DayRange {
  range: SpendRange;
  /**
   * What it is compared with: as many days right before; of this month, the same days of the last; of last month, the
   * whole month before it.
   */
  before: DayRange;
}

interface RangeQuestion {
  range: SpendRange;
  now: Date;
  /** IANA zone in which the days are cut. */
  zone: string;
  /** Of a custom range; an end that is left out is today, a beginning 30 days in all. */
  fromDay?: string | undefined;
  toDay?: string | undefined;
}

/** The calendar days that a range means now, in a zone. */
export function resolveSpendRange({ range, now, zone, fromDay, toDay }: RangeQuestion): ResolvedRange {
  const today = localDay(now, zone);
  const days = daysMeant(range, today, { fromDay, toDay });
  return { range, ...days, before: daysBefore(range, days) };
}

function daysMeant(
  range: SpendRange,
  today: string,
  { fromDay, toDay = today }: Pick<RangeQuestion, 'fromDay' | 'toDay'>,
): DayRange {
  switch (range) {
    case 'today':
      return { fromDay: today, toDay: today };
    case 'yesterday':
      return { fromDay: addDays(today, -1), toDay: addDays(today, -1) };
    case 'last-7-days':
      return { fromDay: addDays(today, -6), toDay: today };
    case 'last-30-days':
      return { fromDay: addDays(today, -29), toDay: today };
    case 'this-month':
      return { fromDay: monthOf(today).fromDay, toDay: today };
    case 'last-month':
      return monthOf(today, -1);
    case 'custom':
      return { fromDay: fromDay ?? addDays(toDay, -29), toDay };
  }
}

function daysBefore(range: SpendRange, days: DayRange): DayRange {
  if (range === 'last-month') return monthOf(days.fromDay, -1);
  if (range === 'this-month') return sameDaysOfLastMonth(days);
  const count = countDays(days);
  return { fromDay: addDays(days.fromDay, -count), toDay: addDays(days.fromDay, -1) };
}

/** The 1st to the 31st of March are compared with the whole of February, as it has no such days. */
function sameDaysOfLastMonth({ fromDay, toDay }: DayRange): DayRange {
  const last = monthOf(fromDay, -1);
  const same = addDays(last.fromDay, countDays({ fromDay, toDay }) - 1);
  return { fromDay: last.fromDay, toDay: same < last.toDay ? same : last.toDay };
}
