import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { forgetEmptyOrganization } from '../organizations/forget-empty-organization.js';
import { keySubject } from './audited-key.js';
import { providerKeyNotFound } from './get-provider-key.js';

/**
 * Destroys the stored secret for good. The row stays without it, so that what the key cost keeps its label; label and
 * secret may be stored again. A probe under way ends and is still recorded, as its cost is real. The organization of an
 * admin key stays with its history, and is imported no more.
 * @throws Problem `not-found`
 */
export async function deleteProviderKey(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  id: string,
): Promise<void> {
  await withTenant(deps.db, tenantId, async (tx) => {
    await forgetEmptyOrganization(tx, { tenantId, providerKeyId: id });
    const [key] = await tx.providerKey.updateManyAndReturn({
      where: { tenantId, id, deletedAt: null },
      data: { deletedAt: deps.clock.now(), sealedSecret: null, fingerprint: null, isActive: false },
      select: { id: true, label: true, kind: true, mask: true },
    });
    if (!key) throw providerKeyNotFound();
    const { kind, label, mask } = key;
    const before = { kind, label, mask };
    await recordAudit(tx, deps, tenantId, { action: 'provider-key.delete', subject: keySubject(key), before });
  });
}
