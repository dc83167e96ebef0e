import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { isConnectedSql } from '../organizations/organization.js';

/** Why a re-rating of all past usage leaves costs as they are, though somebody may expect otherwise. */
export interface ReRatingGaps {
  /** False: there is nothing to rate. */
  hasUsage: boolean;
  /**
   * Connected organizations of whose projects OpenAI has not told where all of them are processed, as before the first
   * import after an upgrade: what a region adds to a price is missing. Oldest first, 20 at most.
   */
  withoutResidencies: { id: string; name: string }[];
}

export async function findReRatingGaps(deps: { db: Database }, tenantId: string): Promise<ReRatingGaps> {
  const [row] = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<ReRatingGaps[]>`
      SELECT EXISTS (SELECT FROM usage_record WHERE tenant_id = ${tenantId}::uuid)
          OR EXISTS (SELECT FROM reported_usage WHERE tenant_id = ${tenantId}::uuid) AS "hasUsage",
        COALESCE((
          SELECT json_agg(json_build_object('id', o.id, 'name', o.name) ORDER BY o.id) FROM (
            SELECT o.id, o.name FROM organization o
              JOIN provider_key k ON k.tenant_id = o.tenant_id AND k.id = o.provider_key_id
            WHERE o.tenant_id = ${tenantId}::uuid AND ${isConnectedSql}
              AND (o.inventory_at IS NULL OR EXISTS (SELECT FROM openai_project p WHERE p.tenant_id = o.tenant_id
                AND p.organization_id = o.id AND p.residency IS NULL))
            ORDER BY o.id LIMIT 20
          ) AS o
        ), '[]') AS "withoutResidencies"`,
  );
  if (!row) throw new Error('a SELECT without FROM has one row');
  return row;
}
