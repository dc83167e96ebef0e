import { perZone } from '#core/per-zone.js';

const formatterOf = perZone((timeZone) => new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }));
const dayMs = 86_400_000;

/**
 * Whether one of some local days (`YYYY-MM-DD`) may begin or end within an hour of UTC: whether the zone's offset is then
 * not of whole hours. Asked of the days beside it too, so that no change of the clock is missed.
 */
export function hasCutHours(zone: string, days: readonly string[]): boolean {
  if (zone === 'UTC') return false;
  return days.some((day) =>
    [-dayMs, 0, dayMs, 2 * dayMs].some((distance) => !isWhole(zone, Date.parse(`${day}T00:00:00Z`) + distance)),
  );
}

function isWhole(zone: string, at: number): boolean {
  const offset =
    formatterOf(zone)
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  // GMT, GMT+05:30, GMT-03:00
  return !offset.includes(':') || offset.endsWith(':00');
}
