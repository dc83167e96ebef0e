import { utcDay } from '#core/utc-day.js';

/** When a deposit was paid: an instant as it is; of a day, its beginning in UTC, and of today's, now. */
export function paidAt(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined || text === utcDay(now)) return undefined;
  return new Date(text);
}
