import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

export interface RequestsOfModel {
  /** As reported, so that snapshots of one model are several. */
  model: string;
  requests: number;
  /** Part of `requests`. */
  unpricedRequests: number;
}

/** Requests of each model that was used in [from, to), those with most unpriced ones first, then the most used. */
export async function countRequestsByModel(
  deps: { db: Database },
  tenantId: string,
  { from, to, limit }: { from: Date; to: Date; limit: number },
): Promise<RequestsOfModel[]> {
  return withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<RequestsOfModel[]>`
      SELECT model, sum(requests)::float8 AS requests, sum(unpriced_requests)::float8 AS "unpricedRequests"
      FROM usage_hourly
      WHERE tenant_id = ${tenantId}::uuid AND hour >= ${from} AND hour < ${to}
      GROUP BY model ORDER BY sum(unpriced_requests) DESC, sum(requests) DESC, model LIMIT ${limit}`,
  );
}
