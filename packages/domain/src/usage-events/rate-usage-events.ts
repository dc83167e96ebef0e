import { type Cost, costOf } from '#pricing/cost-of.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { Usage } from '#pricing/usage.js';
import { eventId } from './event-id.js';
import { readEventUsage } from './read-event-usage.js';
import { refuseEvents, type EventFault } from './refuse-events.js';
import { acceptedAheadMinutes, acceptedBackDays, type UsageEvent } from './usage-event.js';

/** An event with everything that its record needs. */
export interface RatedEvent {
  /** Of the record. */
  id: string;
  event: UsageEvent;
  occurredAt: Date;
  usage: Usage;
  cost: Cost;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * Reads and prices each event, in order. Counts that contradict each other make a cost `estimated`, a model without a
 * price leaves it `unpriced`.
 * @throws Problem `invalid-request` naming each event that is too old or too early, or whose usage cannot be read
 */
export function rateUsageEvents(book: PriceBook, events: readonly UsageEvent[], now: Date): RatedEvent[] {
  const faults: EventFault[] = [];
  const rated = events.flatMap((event, index) => {
    const occurredAt = event.occurredAt ?? now;
    const reading = readEventUsage(event.usage);
    if (!isAccepted(occurredAt, now)) faults.push({ index, field: 'occurredAt', fault: timeFault });
    if (reading === null) faults.push({ index, field: 'usage', fault: usageFault });
    if (reading === null || faults.length > 0) return [];
    const cost = costOf(book, {
      model: event.model,
      serviceTier: event.serviceTier ?? null,
      usage: reading.usage,
      usageBasis: reading.basis,
      at: occurredAt,
    });
    return [{ id: eventId(event.idempotencyKey), event, occurredAt, usage: reading.usage, cost }];
  });
  if (faults.length > 0) throw refuseEvents(faults);
  return rated;
}

const timeFault = `must be at most ${acceptedBackDays} days ago and ${acceptedAheadMinutes} minutes ahead`;
const usageFault = 'must be the usage object of a chat completion, a response or an embedding, with its token counts';

function isAccepted(occurredAt: Date, now: Date): boolean {
  const agoMs = now.getTime() - occurredAt.getTime();
  return agoMs <= acceptedBackDays * dayMs && agoMs >= -acceptedAheadMinutes * minuteMs;
}
