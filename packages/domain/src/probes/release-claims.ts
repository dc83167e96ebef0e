import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

/** Hands claims back: their lease ends now, so the next sweep of any worker offers them again. */
export async function releaseClaims(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  runIds: readonly string[],
): Promise<void> {
  await withTenant(deps.db, tenantId, (tx) =>
    tx.probeClaim.updateMany({
      where: { tenantId, runId: { in: [...runIds] } },
      data: { leaseExpiresAt: deps.clock.now() },
    }),
  );
}
