import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

/** How often one key was ever probed, from the rollup. */
export async function countProbeRuns(deps: { db: Database }, tenantId: string, providerKeyId: string): Promise<number> {
  const { _sum } = await withTenant(deps.db, tenantId, (tx) =>
    tx.probeHourly.aggregate({ where: { tenantId, providerKeyId }, _sum: { runs: true } }),
  );
  return _sum.runs ?? 0;
}
