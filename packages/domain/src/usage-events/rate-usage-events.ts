import { type Cost, costOf } from '#pricing/cost-of.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { Usage } from '#pricing/usage.js';
import { eventId } from './event-id.js';
import { isAcceptedTime, notAnAcceptedTime } from './is-accepted-time.js';
import { notAnEventUsage, readEventUsage } from './read-event-usage.js';
import { refuseEvents, type EventFault } from './refuse-events.js';
import type { UsageEvent } from './usage-event.js';

/** An event with everything that its record needs. */
export interface RatedEvent {
  /** Of the record. */
  id: string;
  event: UsageEvent;
  occurredAt: Date;
  usage: Usage;
  cost: Cost;
}

/**
 * Reads and prices each event, in order; those of the `regional` keys as processed in their region. Counts that contradict
 * each other make a cost `estimated`, a model without a price leaves it `unpriced`.
 * @throws Problem `invalid-request` naming each event that is too old or too early, or whose usage cannot be read
 */
export function rateUsageEvents(
  { book, regional }: { book: PriceBook; regional: ReadonlySet<string> },
  events: readonly UsageEvent[],
  now: Date,
): RatedEvent[] {
  const faults: EventFault[] = [];
  const rated = events.flatMap((event, index) => {
    const occurredAt = event.occurredAt ?? now;
    const reading = readEventUsage(event.usage);
    if (!isAcceptedTime(occurredAt, now)) faults.push({ index, field: 'occurredAt', fault: notAnAcceptedTime });
    if (reading === null) faults.push({ index, field: 'usage', fault: notAnEventUsage });
    if (reading === null || faults.length > 0) return [];
    const cost = costOf(book, {
      model: event.model,
      serviceTier: event.serviceTier ?? null,
      usage: reading.usage,
      usageBasis: reading.basis,
      at: occurredAt,
      isRegional: regional.has(event.keyId ?? ''),
    });
    return [{ id: eventId(event.idempotencyKey), event, occurredAt, usage: reading.usage, cost }];
  });
  if (faults.length > 0) throw refuseEvents(faults);
  return rated;
}
