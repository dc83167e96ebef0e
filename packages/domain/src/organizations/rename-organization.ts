import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { getOrganization, organizationNotFound } from './get-organization.js';
import type { OrganizationView } from './organization.js';

/**
 * What people call it here; OpenAI is not told.
 * @throws Problem `not-found`
 */
export async function renameOrganization(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  { id, name }: { id: string; name: string },
): Promise<OrganizationView> {
  await withTenant(deps.db, tenantId, async (tx) => {
    const [before] = await tx.$queryRaw<{ name: string }[]>`
      SELECT name FROM organization WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
    if (!before) throw organizationNotFound();
    await tx.organization.update({ where: { tenantId_id: { tenantId, id } }, data: { name }, select: { id: true } });
    const subject = { kind: 'organization', id, name: before.name };
    await recordAudit(tx, deps, tenantId, { action: 'organization.rename', subject, before, after: { name } });
  });
  return getOrganization(deps, tenantId, id);
}
