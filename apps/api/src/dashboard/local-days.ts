const dayMs = 86_400_000;

/** Today as `YYYY-MM-DD` in a zone. */
export function localDay(now: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(now);
}

/** A calendar day so many days later, free of zones and of days of 23 or 25 hours. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** Every day from `fromDay` to `toDay`, with whether anything was measured by then. */
export function daysBetween(
  fromDay: string,
  toDay: string,
  firstKnownDay: string | null,
): { day: string; isKnown: boolean }[] {
  const count = Math.max(0, Math.round((Date.parse(toDay) - Date.parse(fromDay)) / dayMs) + 1);
  return Array.from({ length: count }, (_, index) => {
    const day = addDays(fromDay, index);
    return { day, isKnown: firstKnownDay !== null && day >= firstKnownDay };
  });
}
