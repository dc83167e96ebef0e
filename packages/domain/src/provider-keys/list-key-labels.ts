import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';

/** Labels to choose a key by, in order; `including` is there even when it was deleted, as its usage is. */
export async function listKeyLabels(
  deps: { db: Database },
  tenantId: string,
  { including, limit }: { including?: string | undefined; limit: number },
): Promise<{ id: string; label: string }[]> {
  return withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<{ id: string; label: string }[]>`
      SELECT id::text, label FROM provider_key
      WHERE tenant_id = ${tenantId}::uuid AND id IN (
        (SELECT id FROM provider_key
          WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL ORDER BY lower(label) LIMIT ${limit})
        UNION ALL SELECT ${including ?? null}::uuid)
      ORDER BY lower(label)`,
  );
}
