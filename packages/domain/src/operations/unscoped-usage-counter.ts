import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';

/** Scrapers come every some seconds, often in pairs. */
const freshForMs = 10_000;
/** Older than this, whoever asks waits for a new count; before, the last one is told while the next is made. */
const toldForMs = 60_000;

export interface UsageCount {
  /** Usage records counted by the hourly sums, so also those whose rows retention has dropped. */
  usageRows: number;
  unpricedRequests: number;
  /** The same in the reported book, which may be about the same requests. */
  unpricedReportedRequests: number;
}

/**
 * Counts the usage of all tenants by adding up their hours: a tenth of a second where there are years of them. The count is
 * therefore up to a minute old, and up to ten seconds where it is asked for every ten; whoever asks meanwhile shares it. A
 * count that failed is not kept.
 */
export function unscopedUsageCounter(deps: { db: Database; clock: Clock }): () => Promise<UsageCount> {
  let told: { at: number; count: UsageCount } | null = null;
  let next: Promise<UsageCount> | null = null;
  const recount = () => {
    next ??= countUsage(deps.db)
      .then((count) => {
        told = { at: deps.clock.now().getTime(), count };
        return count;
      })
      .finally(() => (next = null));
    return next;
  };
  return async () => {
    const ageMs = told ? deps.clock.now().getTime() - told.at : Infinity;
    if (!told || ageMs >= toldForMs) return recount();
    // Whoever asks when the last count is too old hears of a failure.
    if (ageMs >= freshForMs) recount().catch(() => {});
    return told.count;
  };
}

/** What has no price is found by indexes that hold little or nothing where prices are known. */
async function countUsage(db: Database): Promise<UsageCount> {
  const [row] = await db.unscoped.$queryRaw<UsageCount[]>`
    SELECT (SELECT COALESCE(sum(records), 0)::float8 FROM usage_hourly) AS "usageRows",
      (SELECT COALESCE(sum(unpriced_requests), 0)::float8 FROM usage_hourly WHERE unpriced_requests > 0)
        AS "unpricedRequests",
      (SELECT COALESCE(sum(unpriced_requests), 0)::float8 FROM reported_hourly WHERE unpriced_requests > 0)
        AS "unpricedReportedRequests"`;
  if (!row) throw new Error('a SELECT without FROM has one row');
  return row;
}
