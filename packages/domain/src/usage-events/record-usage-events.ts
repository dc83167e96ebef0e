import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { TenantPriceBooks } from '../prices/tenant-price-books.js';
import { forgetDaySumsAt } from '../books/forget-day-sums.js';
import { ensureMonths } from '../operations/ensure-months.js';
import { findRecordedCosts, type RecordedCost } from './find-recorded-costs.js';
import { forgetEventKeys } from './forget-event-keys.js';
import { getEventKeys } from './get-event-keys.js';
import { insertUsageEvents } from './insert-usage-events.js';
import { type RatedEvent, rateUsageEvents } from './rate-usage-events.js';
import { refuseAbsurdCosts } from './refuse-absurd-costs.js';
import type { UsageEvent } from './usage-event.js';

export interface EventReceipt {
  idempotencyKey: string;
  /** `duplicate`: the key was recorded before, or earlier in the same list; this event changed nothing. */
  status: 'recorded' | 'duplicate';
  /** Of the record that the key has. Null when that is gone: cleared, or past its retention. */
  cost: RecordedCost | null;
}

/**
 * Prices and records what clients report, with its share of the hourly sums: all of it in one transaction or, when it
 * fails, none. Each idempotency key counts once per tenant, also when the same list is sent many times at once; a key is
 * remembered until its event has become too old to be accepted.
 * @returns one receipt per event, in order
 * @throws Problem `invalid-request` naming each event that is not acceptable, or when the sum of an hour would be too large
 */
export async function recordUsageEvents(
  deps: { db: Database; clock: Clock; priceBooks: TenantPriceBooks },
  tenantId: string,
  events: readonly UsageEvent[],
): Promise<EventReceipt[]> {
  const now = deps.clock.now();
  const book = await deps.priceBooks.of(tenantId);
  return withTenant(deps.db, tenantId, async (tx) => {
    const keys = await getEventKeys(tx, events);
    const rated = rateUsageEvents({ book, ...keys }, events, now);
    const firstById = new Map<string, RatedEvent>();
    for (const one of rated) if (!firstById.has(one.id)) firstById.set(one.id, one);
    const distinct = [...firstById.values()];
    const instants = distinct.map(({ occurredAt }) => occurredAt);
    await forgetDaySumsAt(tx, 'measured', instants);
    // Months other than the present one: nobody has made them yet when an installation is young.
    await ensureMonths(tx, instants, { but: now });
    await forgetEventKeys(tx, { now, limit: events.length * 2 });
    // Last of all that writes: whoever else adds to the same hours waits from here to the commit.
    const taken = await insertUsageEvents(tx, distinct).catch(refuseAbsurdCosts);
    const costsBefore = await findRecordedCosts(tx, [...taken]);
    return rated.map((one) => {
      const isTaken = taken.has(one.id);
      const first = firstById.get(one.id);
      return {
        idempotencyKey: one.event.idempotencyKey,
        status: isTaken || first !== one ? 'duplicate' : 'recorded',
        cost: (isTaken ? costsBefore.get(one.id) : first?.cost) ?? null,
      };
    });
  });
}
