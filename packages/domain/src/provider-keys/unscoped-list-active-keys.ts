import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

export interface ActiveKey {
  tenantId: string;
  tenantSlug: string;
  id: string;
  label: string;
}

/** Every active key of every active tenant, except those whose probe is off; by tenant, then label. */
export async function unscopedListActiveKeys(deps: { db: Database }): Promise<ActiveKey[]> {
  const tenants = await deps.db.unscoped.tenant.findMany({
    where: { status: 'active' },
    orderBy: { slug: 'asc' },
    select: { id: true, slug: true },
  });
  const keys: ActiveKey[] = [];
  for (const tenant of tenants) {
    const rows = await withTenant(deps.db, tenant.id, (tx) =>
      tx.providerKey.findMany({
        where: { tenantId: tenant.id, isActive: true, deletedAt: null, probeMode: { not: 'off' } },
        orderBy: { label: 'asc' },
        select: { id: true, label: true },
      }),
    );
    keys.push(...rows.map((row) => ({ ...row, tenantId: tenant.id, tenantSlug: tenant.slug })));
  }
  return keys;
}
