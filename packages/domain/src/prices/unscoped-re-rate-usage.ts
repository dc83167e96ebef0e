import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { reRateUsage } from './re-rate-usage.js';
import type { TenantPriceBooks } from './tenant-price-books.js';

const mostAtOnce = 20;

/** Goes on with whatever re-ratings are open, the oldest first, each for its share of `forMs`. */
export async function unscopedReRateUsage(
  deps: { db: Database; clock: Clock; priceBooks: TenantPriceBooks },
  { forMs }: { forMs: number },
): Promise<void> {
  const open = await deps.db.unscoped.$queryRaw<{ tenantId: string; id: string }[]>`
    SELECT tenant_id::text AS "tenantId", id::text FROM re_rating WHERE finished_at IS NULL
    ORDER BY requested_at LIMIT ${mostAtOnce}`;
  for (const { tenantId, id } of open) {
    await reRateUsage(deps, tenantId, { id, forMs: forMs / open.length });
  }
}
