import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type Tenant, tenantColumns, toTenant } from './tenant.js';

/** @throws Problem `not-found` */
export async function getTenant(deps: { db: Database }, tenantId: string): Promise<Tenant> {
  const row = await withTenant(deps.db, tenantId, (tx) =>
    tx.tenant.findUnique({ where: { id: tenantId }, select: tenantColumns }),
  );
  if (!row) throw new Problem('not-found', { detail: 'There is no such tenant.' });
  return toTenant(row);
}
