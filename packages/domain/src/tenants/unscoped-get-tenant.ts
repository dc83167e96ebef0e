import type { Database } from '#db/database.js';
import { tenantNotFound, type TenantView, tenantViewColumns, toTenantView } from './tenant-view.js';

/**
 * Looks across tenants: for platform administrators alone.
 * @throws Problem `not-found`
 */
export async function unscopedGetTenant(deps: { db: Database }, id: string): Promise<TenantView> {
  const row = await deps.db.unscoped.tenant.findUnique({ where: { id }, select: tenantViewColumns });
  if (!row) throw tenantNotFound();
  return toTenantView(row);
}
