import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { getOrganization, organizationNotFound } from './get-organization.js';
import type { OrganizationView } from './organization.js';

/**
 * What people call it here; OpenAI is not told.
 * @throws Problem `not-found`
 */
export async function renameOrganization(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { id, name }: { id: string; name: string },
): Promise<OrganizationView> {
  const { count } = await withTenant(deps.db, tenantId, (tx) =>
    tx.organization.updateMany({ where: { tenantId, id }, data: { name } }),
  );
  if (count === 0) throw organizationNotFound();
  return getOrganization(deps, tenantId, id);
}
