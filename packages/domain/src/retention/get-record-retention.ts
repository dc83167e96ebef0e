import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

/** For how many days a tenant keeps its single records; null: as the installation does. */
export async function getRecordRetention(deps: { db: Database }, tenantId: string): Promise<number | null> {
  const { recordRetentionDays } = await withTenant(deps.db, tenantId, (tx) =>
    tx.tenant.findUniqueOrThrow({ where: { id: tenantId }, select: { recordRetentionDays: true } }),
  );
  return recordRetentionDays;
}
