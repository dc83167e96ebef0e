import type { DayRange } from '#domain/spend/local-days.js';
import { formatDayLong, formatDayShort } from './format-time.js';

/** `1–21 Nov 2026`, `23 Oct – 21 Nov 2026`, or one day. Beside `today`, its year goes without saying. */
export function daySpan({ fromDay, toDay }: DayRange, today = ''): string {
  const year = today.slice(0, 4);
  const format = (day: string) => (day.startsWith(year) && year !== '' ? formatDayShort(day) : formatDayLong(day));
  if (fromDay === toDay) return format(toDay);
  if (fromDay.slice(0, 7) === toDay.slice(0, 7)) return `${Number(fromDay.slice(8))}–${format(toDay)}`;
  return `${fromDay.slice(0, 4) === toDay.slice(0, 4) ? formatDayShort(fromDay) : format(fromDay)} – ${format(toDay)}`;
}
