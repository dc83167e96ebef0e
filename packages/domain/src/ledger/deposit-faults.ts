import { utcDay } from '#core/utc-day.js';

/** Before OpenAI's API was sold; an earlier date is a slip of the keyboard. */
const firstDay = '2020-01-01';

/** Why a deposit cannot be of these dates, by field; null is nothing. */
export function depositFaults(
  { at, lastDay }: { at?: Date | undefined; lastDay?: string | undefined },
  now: Date,
): Record<'at' | 'lastDay', string | null> {
  const paidAt = at ?? now;
  const paidOn = utcDay(paidAt);
  const tooEarly = paidOn < firstDay ? `A deposit cannot be from before ${firstDay}.` : null;
  return {
    at: paidAt > now ? 'A deposit cannot lie in the future.' : tooEarly,
    lastDay: lastDay !== undefined && lastDay < paidOn ? 'Credit cannot end before it was paid.' : null,
  };
}
