import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { reRateUsage } from './re-rate-usage.js';
import type { TenantPriceBooks } from './tenant-price-books.js';

const mostAtOnce = 20;

/**
 * Goes on with whatever re-ratings are open, in an order that is another each time, each for its share of `forMs`. One that
 * fails, such as by prices that make a cost too large to be kept, is logged and holds up no other tenant's.
 */
export async function unscopedReRateUsage(
  deps: { db: Database; clock: Clock; logger: Logger; priceBooks: TenantPriceBooks },
  { forMs }: { forMs: number },
): Promise<void> {
  const open = await deps.db.unscoped.$queryRaw<{ tenantId: string; id: string }[]>`
    SELECT tenant_id::text AS "tenantId", id::text FROM re_rating WHERE finished_at IS NULL
      AND EXISTS (SELECT FROM tenant t WHERE t.id = re_rating.tenant_id AND t.status <> 'deleted')
    ORDER BY random() LIMIT ${mostAtOnce}`;
  for (const { tenantId, id } of open) {
    try {
      await reRateUsage(deps, tenantId, { id, forMs: forMs / open.length });
    } catch (error) {
      deps.logger.warn({ err: error, tenantId, reRatingId: id }, 'past usage could not be rated again');
    }
  }
}
