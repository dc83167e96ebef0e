/** Whether days can be cut in it, here and by the database. */
export function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +01:00 are time zones to Intl and not to the database.
    return (
      /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false; // a RangeError is how Intl says no
  }
}

export const notATimeZone = 'This time zone is unknown; use an IANA name such as Europe/Berlin.';
