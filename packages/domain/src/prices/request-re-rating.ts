import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { applyOverrides } from '#pricing/apply-overrides.js';
import { actorNameIn } from '../audit/actor-name-in.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { lockPrices } from './lock-prices.js';
import { openReRating } from './open-re-rating.js';
import { listActiveOverrides } from './select-overrides.js';
import type { TenantPriceBooks } from './tenant-price-books.js';

/**
 * Asks for all past usage to be rated by the prices that hold now, such as after an upgrade with new prices, which by
 * itself changes no past cost.
 */
export async function requestReRating(
  deps: AuditDeps & { db: Database; priceBooks: TenantPriceBooks },
  tenantId: string,
): Promise<string> {
  return withTenant(deps.db, tenantId, async (tx) => {
    await lockPrices(tx);
    const { version } = applyOverrides(deps.priceBooks.base, await listActiveOverrides(tx));
    const id = await openReRating(tx, {
      toVersion: version,
      affected: { models: null, from: null, to: null },
      at: deps.clock.now(),
      by: actorNameIn(tenantId, deps.actor),
    });
    const subject = { kind: 're-rating', id };
    await recordAudit(tx, deps, tenantId, { action: 'prices.re-rate', subject, after: { version } });
    return id;
  });
}
