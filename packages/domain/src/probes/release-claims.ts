import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { BegunProbe } from './begin-claimed-probes.js';

/**
 * Hands back attempts that were begun and have no result: their lease ends now, so the next sweep of any worker offers
 * them again. An attempt that was overtaken meanwhile leaves the later one its lease.
 * @param begun of one call of `beginClaimedProbes`
 */
export async function releaseClaims(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  begun: readonly BegunProbe[],
): Promise<void> {
  const [first] = begun;
  if (!first) return;
  await withTenant(deps.db, tenantId, (tx) =>
    tx.probeClaim.updateMany({
      where: { tenantId, runId: { in: begun.map(({ runId }) => runId) }, leaseExpiresAt: first.leaseExpiresAt },
      data: { leaseExpiresAt: deps.clock.now() },
    }),
  );
}
