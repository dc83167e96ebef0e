import type { Tx } from '#db/database.js';

/**
 * Removes the organization of a key if nothing is known of it: nothing was imported, and no credit recorded. Whoever is writing
 * the first of it is waited for before that is looked at; one with a history is not waited for.
 * @returns whether it was removed
 */
export async function forgetEmptyOrganization(
  tx: Tx,
  { tenantId, providerKeyId }: { tenantId: string; providerKeyId: string },
): Promise<boolean> {
  await tx.$executeRaw`
    SELECT FROM organization WHERE tenant_id = ${tenantId}::uuid AND provider_key_id = ${providerKeyId}::uuid
      AND inventory_at IS NULL FOR UPDATE`;
  const removed = await tx.$executeRaw`
    DELETE FROM organization o
    WHERE o.tenant_id = ${tenantId}::uuid AND o.provider_key_id = ${providerKeyId}::uuid AND o.inventory_at IS NULL
      AND NOT EXISTS (SELECT FROM openai_project p WHERE p.tenant_id = o.tenant_id AND p.organization_id = o.id)
      AND NOT EXISTS (SELECT FROM import_feed f WHERE f.tenant_id = o.tenant_id AND f.organization_id = o.id)
      AND NOT EXISTS (SELECT FROM billed_day d WHERE d.tenant_id = o.tenant_id AND d.organization_id = o.id)
      AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.tenant_id = o.tenant_id AND e.organization_id = o.id)`;
  return removed > 0;
}
