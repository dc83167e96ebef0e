import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { unpricedDays } from './list-unpriced-models.js';

/** How many models were used in the last 30 days, in whichever book, without a price. Cheap: hours without any are few. */
export async function countUnpricedModels(deps: { db: Database; clock: Clock }, tenantId: string): Promise<number> {
  const from = new Date(deps.clock.now().getTime() - unpricedDays * 86_400_000);
  const [row] = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<{ models: number }[]>`
      SELECT count(DISTINCT model)::int AS models FROM book_hourly
      WHERE tenant_id = ${tenantId}::uuid AND book <> 'billed' AND hour >= ${from} AND unpriced_requests > 0`,
  );
  return row?.models ?? 0;
}
