import type { Clock } from '#core/clock.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { TenantPriceBooks } from '../prices/tenant-price-books.js';
import { forgetDaySumsAt } from '../books/forget-day-sums.js';
import { assertKeysStored } from './assert-keys-stored.js';
import { claimEventKeys } from './claim-event-keys.js';
import { findRecordedCosts, type RecordedCost } from './find-recorded-costs.js';
import { forgetEventKeys } from './forget-event-keys.js';
import { insertUsageEvents } from './insert-usage-events.js';
import { type RatedEvent, rateUsageEvents } from './rate-usage-events.js';
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
 * @throws Problem `invalid-request` naming each event that is not acceptable
 */
export async function recordUsageEvents(
  deps: { db: Database; clock: Clock; priceBooks: TenantPriceBooks },
  tenantId: string,
  events: readonly UsageEvent[],
): Promise<EventReceipt[]> {
  const now = deps.clock.now();
  const book = await deps.priceBooks.of(tenantId);
  return withTenant(deps.db, tenantId, async (tx) => {
    const keys = await assertKeysStored(tx, events);
    const rated = rateUsageEvents({ book, ...keys }, events, now);
    // The first of those with the same key; a Map keeps the last that was set.
    const distinct = [...new Map(rated.toReversed().map((one) => [one.id, one])).values()];
    await forgetDaySumsAt(
      tx,
      'measured',
      distinct.map(({ occurredAt }) => occurredAt),
    );
    const claimed = await claimEventKeys(tx, distinct);
    const fresh = distinct.filter(({ id }) => claimed.has(id));
    if (fresh.length > 0) {
      await ensurePartitions(tx, fresh, now);
      await insertUsageEvents(tx, fresh);
      await forgetEventKeys(tx, { now, limit: fresh.length * 2 });
    }
    const costs = await costsOf(tx, { fresh, distinct });
    return rated.map(({ id, event }) => ({
      idempotencyKey: event.idempotencyKey,
      status: claimed.delete(id) ? 'recorded' : 'duplicate',
      cost: costs.get(id) ?? null,
    }));
  });
}

/** Months other than the present one: nobody has made them yet when an installation is young. */
async function ensurePartitions(tx: Tx, events: readonly RatedEvent[], now: Date): Promise<void> {
  const months = new Set(events.map(({ occurredAt }) => monthOf(occurredAt)));
  months.delete(monthOf(now));
  for (const month of [...months].toSorted()) {
    await tx.$executeRaw`SELECT ensure_month_partitions(${`${month}-01`}::date)`;
  }
}

function monthOf(instant: Date): string {
  return instant.toISOString().slice(0, 7);
}

async function costsOf(
  tx: Tx,
  { fresh, distinct }: { fresh: readonly RatedEvent[]; distinct: readonly RatedEvent[] },
): Promise<Map<string, RecordedCost>> {
  const costs = new Map<string, RecordedCost>(fresh.map(({ id, cost }) => [id, cost]));
  if (fresh.length === distinct.length) return costs;
  const before = await findRecordedCosts(
    tx,
    distinct.map(({ id }) => id).filter((id) => !costs.has(id)),
  );
  return new Map([...costs, ...before]);
}
