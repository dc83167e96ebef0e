import { acceptedAheadMinutes, acceptedBackDays } from './usage-event.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Whether an event may have occurred then, as of now. */
export function isAcceptedTime(occurredAt: Date, now: Date): boolean {
  const agoMs = now.getTime() - occurredAt.getTime();
  return agoMs <= acceptedBackDays * dayMs && agoMs >= -acceptedAheadMinutes * minuteMs;
}

export const notAnAcceptedTime = `must be at most ${acceptedBackDays} days ago and ${acceptedAheadMinutes} minutes ahead`;
