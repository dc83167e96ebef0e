import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';

/** What a version of prices was made of. */
export interface PriceVersion {
  version: string;
  /** Of the program's own book. */
  base: string;
  overrides: unknown[];
  madeAt: Date;
}

/** The versions that costs of a tenant may name, the newest first. */
export async function listPriceVersions(
  deps: { db: Database },
  tenantId: string,
  { limit }: { limit: number },
): Promise<PriceVersion[]> {
  return withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<PriceVersion[]>`
      SELECT version, base, overrides, made_at AS "madeAt" FROM price_version
      WHERE tenant_id = ${tenantId}::uuid ORDER BY made_at DESC, version LIMIT ${limit}`,
  );
}
