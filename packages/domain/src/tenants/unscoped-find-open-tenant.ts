import type { Database } from '#db/database.js';
import type { Principal } from '../access-tokens/principal.js';
import { judgedTenantColumns, refuseClosedTenant } from './refuse-closed-tenant.js';
import { type Tenant, toTenant } from './tenant.js';

/**
 * The tenant of this slug, for a platform administrator, who may act in it; null when there is none.
 * @throws Problem `tenant-suspended`, `tenant-deleted`
 */
export async function unscopedFindOpenTenant(
  deps: { db: Database },
  { slug, holder }: { slug: string; holder: Principal },
): Promise<Tenant | null> {
  const row = await deps.db.unscoped.tenant.findUnique({ where: { slug }, select: judgedTenantColumns });
  if (row) refuseClosedTenant(row, { holder, isMember: false });
  return row && toTenant(row);
}
