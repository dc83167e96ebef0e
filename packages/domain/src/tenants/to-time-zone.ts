import { Problem } from '#core/problem.js';
import { isTimeZone, notATimeZone } from './is-time-zone.js';

/**
 * The time zone as IANA writes it, `Europe/Berlin` for `europe/berlin`, where Intl knows it by that very name; else as given.
 * @throws Problem `invalid-request` for what is no time zone that days can be cut in
 */
export function toTimeZone(name: string): string {
  if (!isTimeZone(name)) throw new Problem('invalid-request', { field: 'reportingTimeZone', detail: notATimeZone });
  // A zone that was renamed has its former name there: only the case is taken.
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
  return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
}
