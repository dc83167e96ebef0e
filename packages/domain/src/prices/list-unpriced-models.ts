import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { RatedBook } from './affected-usage.js';

/** A model that was used and has no price, in one book. */
export interface UnpricedModel {
  book: RatedBook;
  /** As reported; empty for what names none. */
  model: string;
  /** Of measured usage `probe` or `event`, of reported usage its endpoint. */
  kind: string;
  unpricedRequests: number;
  /** Hours. */
  firstSeenAt: Date;
  lastSeenAt: Date;
}

export const unpricedDays = 30;
/** More names than anybody uses; a caller of ours could invent them without end. */
const mostModels = 500;

/** What was used without a price in the last 30 days, from hourly sums; the most requests first. */
export async function listUnpricedModels(
  deps: { db: Database; clock: Clock },
  tenantId: string,
): Promise<UnpricedModel[]> {
  const from = new Date(deps.clock.now().getTime() - unpricedDays * 86_400_000);
  return withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<UnpricedModel[]>`
      SELECT book, model, kind, sum(unpriced_requests)::float8 AS "unpricedRequests", min(hour) AS "firstSeenAt",
        max(hour) AS "lastSeenAt"
      FROM book_hourly
      WHERE tenant_id = ${tenantId}::uuid AND book <> 'billed' AND hour >= ${from} AND unpriced_requests > 0
      GROUP BY book, model, kind ORDER BY sum(unpriced_requests) DESC, model LIMIT ${mostModels}`,
  );
}
