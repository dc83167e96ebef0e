import type { Database, Tx } from './database.js';

/**
 * Runs `work` in one transaction that sees and writes only rows of `tenantId`. The one door to tenant data for whatever
 * changes something. The tenant is set for the transaction alone (`set_config(…, is_local => true)`), so a pooled connection
 * carries nothing to its next user. No network call belongs inside: it would hold a connection and its locks; nor another
 * `withTenant` or `withTenantSnapshot`, which waits for one more of the connections that the tenant may have.
 * @throws Problem `rate-limited` when the tenant’s share of the connections stayed taken (`TenantShares`)
 */
export async function withTenant<T>(db: Database, tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const giveBack = await db.tenantShares.take(tenantId);
  try {
    return await db.app.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT set_config('keyledger.tenant_id', ${tenantId}::uuid::text, true)`;
      return work(tx);
    });
  } finally {
    giveBack();
  }
}
