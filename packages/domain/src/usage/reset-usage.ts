import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

export interface ResetCounts {
  usageRecords: number;
  usageHours: number;
  probeRuns: number;
  probeHours: number;
}

/** Deletes a tenant's usage and probe history, sums included, and keeps its keys with their present health. */
export function resetUsage(deps: { db: Database }, tenantId: string): Promise<ResetCounts> {
  return withTenant(deps.db, tenantId, async (tx) => {
    await waitForWritersOfSums(tx, tenantId);
    const where = { where: { tenantId } };
    const usageHours = (await tx.usageHourly.deleteMany(where)).count;
    const usageRecords = (await tx.usageRecord.deleteMany(where)).count;
    const probeHours = (await tx.probeHourly.deleteMany(where)).count;
    const probeRuns = (await tx.probeRun.deleteMany(where)).count;
    return { usageRecords, usageHours, probeRuns, probeHours };
  });
}

/**
 * A probe being recorded adds to its hour's sum last. Whoever has begun is let finish, so that what is deleted is a record
 * together with its share of the sum, and whoever comes later waits and starts a new sum.
 */
async function waitForWritersOfSums(tx: Tx, tenantId: string): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM usage_hourly WHERE tenant_id = ${tenantId}::uuid FOR UPDATE`;
  await tx.$executeRaw`SELECT 1 FROM probe_hourly WHERE tenant_id = ${tenantId}::uuid FOR UPDATE`;
}
