import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { forgetEmptyOrganization } from '../organizations/forget-empty-organization.js';
import { providerKeyNotFound } from './get-provider-key.js';

/**
 * Destroys the stored secret for good. The row stays without it, so that what the key cost keeps its label; label and
 * secret may be stored again. A probe under way ends and is still recorded, as its cost is real. The organization of an
 * admin key stays with its history, and is imported no more.
 * @throws Problem `not-found`
 */
export async function deleteProviderKey(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  id: string,
): Promise<void> {
  const { count } = await withTenant(deps.db, tenantId, async (tx) => {
    await forgetEmptyOrganization(tx, { tenantId, providerKeyId: id });
    return tx.providerKey.updateMany({
      where: { tenantId, id, deletedAt: null },
      data: { deletedAt: deps.clock.now(), sealedSecret: null, fingerprint: null, isActive: false },
    });
  });
  if (count === 0) throw providerKeyNotFound();
}
