import { daysOf } from '#domain/spend/local-days.js';

/** Every day from `fromDay` to `toDay`, with whether anything was measured by then. */
export function daysBetween(
  fromDay: string,
  toDay: string,
  firstKnownDay: string | null,
): { day: string; isKnown: boolean }[] {
  return daysOf({ fromDay, toDay }).map((day) => ({ day, isKnown: firstKnownDay !== null && day >= firstKnownDay }));
}
