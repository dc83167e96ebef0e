import type { Tx } from '#db/database.js';
import { tenantNotFound, type TenantView, tenantViewColumns, toTenantView } from './tenant-view.js';

/**
 * Reads a tenant that is about to be changed, so that nobody else changes it before the end of the transaction.
 * @throws Problem `not-found`
 */
export async function lockTenant(tx: Tx, tenantId: string): Promise<TenantView> {
  await tx.$executeRaw`SELECT FROM tenant WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`;
  const row = await tx.tenant.findUnique({ where: { id: tenantId }, select: tenantViewColumns });
  if (!row) throw tenantNotFound();
  return toTenantView(row);
}
