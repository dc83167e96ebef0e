import type { Database } from '#db/database.js';
import { judgedTenantColumns, refuseClosedTenant } from './refuse-closed-tenant.js';
import { type Tenant, toTenant } from './tenant.js';

/**
 * The tenant of this slug, for a platform administrator, who may act in it; null when there is none.
 * @throws Problem `tenant-suspended`, `tenant-deleted`
 */
export async function unscopedFindOpenTenant(deps: { db: Database }, slug: string): Promise<Tenant | null> {
  const row = await deps.db.unscoped.tenant.findUnique({ where: { slug }, select: judgedTenantColumns });
  if (row) refuseClosedTenant(row, 'platform-admin');
  return row && toTenant(row);
}
