import { Problem } from '#core/problem.js';
import { isTimeZone, notATimeZone } from './is-time-zone.js';

/**
 * Refuses what is no time zone that days can be cut in.
 * @throws Problem `invalid-request`
 */
export function assertTimeZone(name: string): void {
  if (isTimeZone(name)) return;
  throw new Problem('invalid-request', { field: 'reportingTimeZone', detail: notATimeZone });
}
