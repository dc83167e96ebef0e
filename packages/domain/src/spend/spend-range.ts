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
  const yesterday = addDays(today, -1);
  const meant = {
    today: { fromDay: today, toDay: today },
    yesterday: { fromDay: yesterday, toDay: yesterday },
    'last-7-days': { fromDay: addDays(today, -6), toDay: today },
    'last-30-days': { fromDay: addDays(today, -29), toDay: today },
    'this-month': { fromDay: monthOf(today).fromDay, toDay: today },
    'last-month': monthOf(today, -1),
    custom: { fromDay: fromDay ?? addDays(toDay, -29), toDay },
  } satisfies Record<SpendRange, DayRange>;
  return meant[range];
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

/** Why a range cannot be answered, for the reader; null when it can. */
export function rangeFault(range: DayRange): string | null {
  const days = countDays(range);
  if (days < 1) return 'The range ends before it begins.';
  return days > mostSpendDays ? `The range has ${days} days; ${mostSpendDays} are the most at once.` : null;
}
