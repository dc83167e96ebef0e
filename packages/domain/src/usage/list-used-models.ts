import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

/** Names of the models that were used in [from, to), in order. */
export async function listUsedModels(
  deps: { db: Database },
  tenantId: string,
  { from, to, limit }: { from: Date; to: Date; limit: number },
): Promise<string[]> {
  const rows = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<{ model: string }[]>`
      SELECT DISTINCT model FROM usage_hourly
      WHERE tenant_id = ${tenantId}::uuid AND hour >= ${from} AND hour < ${to}
      ORDER BY model LIMIT ${limit}`,
  );
  return rows.map(({ model }) => model);
}
