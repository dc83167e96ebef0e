import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { sumDays } from './sum-days.js';

/** So that a tenant with years to sum lets the others have their turn. */
const budgetOfTenantMs = 4_000;

/**
 * Brings every tenant's day sums up to date, in an order that is another each time, for some `budgetMs` in all; what is
 * left is found by the next call. A tenant whose days cannot be summed is logged and holds up no other; its figures are
 * then read from their hours.
 */
export async function unscopedSumDays(
  deps: { db: Database; clock: Clock; logger: Logger },
  { budgetMs }: { budgetMs: number },
): Promise<void> {
  const endsAt = performance.now() + budgetMs;
  const tenants = await deps.db.unscoped.$queryRaw<
    { id: string }[]
  >`SELECT id::text FROM tenant WHERE status <> 'deleted' ORDER BY random()`;
  for (const { id } of tenants) {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) return;
    try {
      await sumDays(deps, id, { budgetMs: Math.min(leftMs, budgetOfTenantMs) });
    } catch (error) {
      deps.logger.warn({ err: error, tenantId: id }, 'days could not be summed');
    }
  }
}
