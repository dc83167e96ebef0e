import type { Database } from '#db/database.js';
import { type Tenant, tenantColumns, toTenant } from './tenant.js';

/** Looks across tenants: whoever calls it decides whether the caller may know the answer. */
export async function unscopedFindTenantBySlug(deps: { db: Database }, slug: string): Promise<Tenant | null> {
  const row = await deps.db.unscoped.tenant.findUnique({ where: { slug }, select: tenantColumns });
  return row && toTenant(row);
}
