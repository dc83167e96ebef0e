import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { forgetRefusals } from './forget-refusals.js';
import { getOrganization } from './get-organization.js';
import type { OrganizationView } from './organization.js';

/**
 * Makes an organization due to be imported now: a worker takes it up within seconds, or once the import under way has
 * ended. What OpenAI refused of the past is asked for again as well. Asking twice changes nothing.
 * @throws Problem `not-found`; `invalid-request` when it has no active key
 */
export async function requestImport(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  id: string,
): Promise<OrganizationView> {
  const organization = await getOrganization(deps, tenantId, id);
  if (!organization.isConnected) {
    const detail = 'Its admin key was deleted or switched off. Store or activate one, and it is imported by itself.';
    throw new Problem('invalid-request', { detail });
  }
  const now = deps.clock.now();
  await withTenant(deps.db, tenantId, async (tx) => {
    const { count } = await tx.organization.updateMany({
      where: { tenantId, id, nextImportAt: { gt: now } },
      data: { nextImportAt: now },
    });
    const reopened = await forgetRefusals(tx, { tenantId, organizationId: id });
    const subject = { kind: 'organization', id, name: organization.name };
    if (count + reopened > 0) await recordAudit(tx, deps, tenantId, { action: 'organization.import', subject });
  });
  return getOrganization(deps, tenantId, id);
}
