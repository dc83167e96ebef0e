import { perZone } from '#core/per-zone.js';
import { utcDay } from '#core/utc-day.js';

const dayMs = 86_400_000;

/** A stretch of calendar days, `YYYY-MM-DD`, both included. */
export interface DayRange {
  fromDay: string;
  toDay: string;
}

const formatterOf = perZone((timeZone) => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }));

/** Whether there is such a day, in a year that Postgres has, too: there is none before the first. */
export function isDay(text: string): boolean {
  if (!/^[1-9]/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && utcDay(at) === text;
}

/** The calendar day (`YYYY-MM-DD`) of an instant in an IANA zone. */
export function localDay(at: Date, zone: string): string {
  return formatterOf(zone).format(at);
}

/** A calendar day so many days later, free of zones and of days of 23 or 25 hours. */
export function addDays(day: string, days: number): string {
  return isoDay(Date.parse(`${day}T00:00:00Z`) + days * dayMs);
}

/** By days since 1970. A year's days are named in every figure of a page; naming one costs as much as adding it up. */
const isoDays: string[] = [];
/** To the year 2106: whatever else is asked about is not remembered. */
const mostIsoDays = 50_000;

/** Of the beginning of a UTC day. */
function isoDay(at: number): string {
  const index = at / dayMs;
  const name = isoDays[index] ?? utcDay(new Date(at));
  if (index >= 0 && index < mostIsoDays) isoDays[index] = name;
  return name;
}

/** How many days a range has; less than one when it ends before it begins. */
export function countDays({ fromDay, toDay }: DayRange): number {
  return Math.round((Date.parse(toDay) - Date.parse(fromDay)) / dayMs) + 1;
}

/** Every day of a range, in order. */
export function daysOf(range: DayRange): string[] {
  const first = Date.parse(`${range.fromDay}T00:00:00Z`);
  return Array.from({ length: Math.max(0, countDays(range)) }, (_, index) => isoDay(first + index * dayMs));
}

/** The calendar month so many months after that of `day`, as its first and last day. */
export function monthOf(day: string, monthsLater = 0): DayRange {
  const [year = 0, month = 0] = day.split('-').map(Number);
  const dayOf = (monthIndex: number, dayOfMonth: number) => isoDay(Date.UTC(year, monthIndex, dayOfMonth));
  return { fromDay: dayOf(month - 1 + monthsLater, 1), toDay: dayOf(month + monthsLater, 0) };
}

/** The week of a day, Monday to Sunday (ISO 8601). */
export function weekOf(day: string): DayRange {
  const monday = addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
  return { fromDay: monday, toDay: addDays(monday, 6) };
}

/** The weeks of a range, of which the first and the last may be shorter. */
export const weeksOf = (range: DayRange): DayRange[] => cutRange(range, weekOf);

/** The calendar months of a range, of which the first and the last may be shorter. */
export const monthsOf = (range: DayRange): DayRange[] => cutRange(range, (day) => monthOf(day));

/** A range as stretches of a calendar, `stretchOf` being the one that a day lies in. */
export function cutRange({ fromDay, toDay }: DayRange, stretchOf: (day: string) => DayRange): DayRange[] {
  const parts: DayRange[] = [];
  for (let from = fromDay; from <= toDay;) {
    const { toDay: end } = stretchOf(from);
    parts.push({ fromDay: from, toDay: end < toDay ? end : toDay });
    from = addDays(end, 1);
  }
  return parts;
}
