import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

/**
 * From the next request on the token is refused. Revoking again keeps the first date.
 * @throws Problem `not-found`
 */
export async function revokeAccessToken(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  id: string,
): Promise<void> {
  await withTenant(deps.db, tenantId, async (tx) => {
    const found = await tx.accessToken.findFirst({ where: { tenantId, id }, select: { revokedAt: true } });
    if (!found) throw new Problem('not-found', { detail: 'There is no such access token.' });
    await tx.accessToken.updateMany({
      where: { tenantId, id, revokedAt: null },
      data: { revokedAt: deps.clock.now() },
    });
  });
}
