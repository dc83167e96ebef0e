import { perZone } from '#core/per-zone.js';

/** An instant for `<time>`: machine form, age, and the exact time in the tenant's zone. */
export interface TimeView {
  iso: string;
  /** `2 min ago`, or `2 min` when only the span is meant. */
  relative: string;
  exact: string;
  /** How the script in the page keeps `relative` fresh: as an age, or as a bare span. */
  mode: 'ago' | 'for';
}

export interface TimeFormat {
  zone: string;
  ago(at: Date, now: Date): TimeView;
  /** How long something has lasted: `3 d`. */
  span(at: Date, now: Date): TimeView;
  /** `21 Nov 2026, 00:48:46` in the zone. */
  exact(at: Date): string;
  /** `21 Nov, 00:48` in the zone, for dense tables; the exact one goes on hover. */
  short(at: Date): string;
  /** The same with the year, `29 Feb 2024, 00:00`, where it is another than now: of what may be long ago. */
  dated(at: Date, now: Date): string;
  /** `00:48` in the zone. */
  clock(at: Date): string;
}

/**
 * Formats instants for one IANA zone.
 * @throws RangeError when the zone is not known to this runtime.
 */
export const timeFormatFor = perZone(createTimeFormat);

function createTimeFormat(zone: string): TimeFormat {
  const base = { timeZone: zone, hourCycle: 'h23' } as const;
  const day = { day: 'numeric', month: 'short' } as const;
  const hour = { hour: '2-digit', minute: '2-digit' } as const;
  const exact = new Intl.DateTimeFormat('en-GB', { ...base, ...day, ...hour, year: 'numeric', second: '2-digit' });
  const short = new Intl.DateTimeFormat('en-GB', { ...base, ...day, ...hour });
  const long = new Intl.DateTimeFormat('en-GB', { ...base, ...day, ...hour, year: 'numeric' });
  const year = new Intl.DateTimeFormat('en-GB', { ...base, year: 'numeric' });
  const clock = new Intl.DateTimeFormat('en-GB', { ...base, ...hour });
  const view = (at: Date, relative: string, mode: TimeView['mode']): TimeView => ({
    iso: at.toISOString(),
    exact: exact.format(at),
    relative,
    mode,
  });
  return {
    zone,
    ago: (at, now) => view(at, relativeTo(now.getTime() - at.getTime()), 'ago'),
    span: (at, now) => view(at, formatSpan(now.getTime() - at.getTime()), 'for'),
    exact: (at) => exact.format(at),
    short: (at) => short.format(at),
    dated: (at, now) => (year.format(at) === year.format(now) ? short : long).format(at),
    clock: (at) => clock.format(at),
  };
}

function relativeTo(ageMs: number): string {
  return ageMs < 5_000 ? 'just now' : `${formatSpan(ageMs)} ago`;
}

/** A span in its largest whole unit; the script in `public/keyledger.js` uses the same steps. */
function formatSpan(spanMs: number): string {
  const secs = Math.max(0, Math.floor(spanMs / 1000));
  if (secs < 60) return `${secs} s`;
  if (secs < 3_600) return `${Math.floor(secs / 60)} min`;
  if (secs < 172_800) return `${Math.floor(secs / 3_600)} h`;
  return `${Math.floor(secs / 86_400)} d`;
}

/** A calendar day (`2026-11-21`, already cut in the tenant's zone) as `Sat 21 Nov`. */
export function formatDay(day: string): string {
  const at = new Date(`${day}T12:00:00Z`);
  return dayFormat.format(at).replace(',', '');
}

/** A calendar day as `21 Nov`, for axes. */
export function formatDayShort(day: string): string {
  return shortDayFormat.format(new Date(`${day}T12:00:00Z`));
}

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
});
const shortDayFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });

/** The month of a calendar day as `Nov ’26`, for axes over more than a year. */
export function formatMonthShort(day: string): string {
  return `${shortMonthFormat.format(new Date(`${day}T12:00:00Z`))} ’${day.slice(2, 4)}`;
}

const shortMonthFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short' });

/** A calendar day as `21 Nov 2026`, where it may be long ago. */
export function formatDayLong(day: string): string {
  return longDayFormat.format(new Date(`${day}T12:00:00Z`));
}

const longDayFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
