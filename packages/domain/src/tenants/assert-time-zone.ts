import { Problem } from '#core/problem.js';

/**
 * Refuses what is no time zone that days can be cut in.
 * @throws Problem `invalid-request`
 */
export function assertTimeZone(name: string): void {
  if (isTimeZone(name)) return;
  const detail = 'This time zone is unknown; use an IANA name such as Europe/Berlin.';
  throw new Problem('invalid-request', { detail, fields: { reportingTimeZone: detail } });
}

// Offsets such as +01:00 are time zones to Intl and not to the database.
function isTimeZone(name: string): boolean {
  try {
    return (
      /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false; // a RangeError is how Intl says no
  }
}
