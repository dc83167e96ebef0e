import type { Tx } from '#db/database.js';
import { organizationNotFound } from '../organizations/get-organization.js';

/**
 * Makes whoever writes the same ledger wait until this transaction ends, so that what an entry is computed from cannot change
 * under it. Rows that only refer to the organization, such as an import's, are not held up.
 * @returns its name, and when everything recent had last been imported
 * @throws Problem `not-found`
 */
export async function lockLedger(
  tx: Tx,
  tenantId: string,
  organizationId: string,
): Promise<{ name: string; importedAt: Date | null }> {
  const [organization] = await tx.$queryRaw<{ name: string; importedAt: Date | null }[]>`
    SELECT name, imported_at AS "importedAt" FROM organization
    WHERE tenant_id = ${tenantId}::uuid AND id = ${organizationId}::uuid FOR NO KEY UPDATE`;
  if (!organization) throw organizationNotFound();
  return organization;
}
