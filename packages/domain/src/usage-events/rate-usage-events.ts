import { type Cost, costOf } from '#pricing/cost-of.js';
import type { PriceBook } from '#pricing/price-book.js';
import { eventId } from './event-id.js';
import { isAcceptedTime, notAnAcceptedTime } from './is-accepted-time.js';
import { refuseEvents, type EventFault } from './refuse-events.js';
import type { UsageEvent } from './usage-event.js';

/** An event with everything that its record needs. */
export interface RatedEvent {
  /** Of the record. */
  id: string;
  event: UsageEvent;
  occurredAt: Date;
  cost: Cost;
}

/**
 * Prices each event, in order; those of the `regional` keys as processed in their region. Counts that contradict
 * each other make a cost `estimated`, a model without a price leaves it `unpriced`.
 * @throws Problem `invalid-request` naming each event that is too old or too early
 */
export function rateUsageEvents(
  { book, regional }: { book: PriceBook; regional: ReadonlySet<string> },
  events: readonly UsageEvent[],
  now: Date,
): RatedEvent[] {
  const faults: EventFault[] = [];
  const rated = events.map((event, index) => {
    const occurredAt = event.occurredAt ?? now;
    if (!isAcceptedTime(occurredAt, now)) faults.push({ index, field: 'occurredAt', fault: notAnAcceptedTime });
    const cost = costOf(book, {
      model: event.model,
      serviceTier: event.serviceTier ?? null,
      usage: event.usage.usage,
      usageBasis: event.usage.basis,
      at: occurredAt,
      isRegional: regional.has(event.keyId ?? ''),
    });
    return { id: eventId(event.idempotencyKey), event, occurredAt, cost };
  });
  if (faults.length > 0) throw refuseEvents(faults);
  return rated;
}
