import type { Tx } from '#db/database.js';
import { acceptedBackDays } from './usage-event.js';

const dayMs = 24 * 60 * 60_000;
/** One day longer than an event of that time is accepted, as the clocks of several processes differ. */
const rememberedMs = (acceptedBackDays + 1) * dayMs;

/**
 * Deletes up to `limit` keys whose events would now be refused as too old. Done by whoever adds keys, and more of them than
 * they add, so the table holds what five weeks brought and nobody has to come by and clean.
 */
export async function forgetEventKeys(tx: Tx, { now, limit }: { now: Date; limit: number }): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM usage_event_key WHERE tenant_id = current_tenant_id() AND ctid = ANY(ARRAY(
      SELECT ctid FROM usage_event_key
      WHERE tenant_id = current_tenant_id() AND occurred_at < ${new Date(now.getTime() - rememberedMs)}
      ORDER BY occurred_at LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}
