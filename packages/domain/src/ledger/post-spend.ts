import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { lockLedger } from './lock-ledger.js';
import { postDueEntries } from './post-due-entries.js';

/**
 * Brings an organization's ledger up to its bills: spend of the days that are over, and credit that has expired. Any number
 * of times, at once too: what is there already is not written again.
 * @returns how many entries were written
 * @throws Problem `not-found`
 */
export function postSpend(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  organizationId: string,
): Promise<number> {
  return withTenant(deps.db, tenantId, async (tx) => {
    await lockLedger(tx, tenantId, organizationId);
    return postDueEntries(tx, { tenantId, organizationId, now: deps.clock.now() });
  });
}
