import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';

/** Scrapers come every some seconds, often in pairs. */
const freshForMs = 10_000;

/**
 * Counts the usage records of all tenants by adding up their hours, those whose rows retention has dropped as well: a tenth
 * of a second where there are years of hours. The count is therefore up to ten seconds old; whoever asks meanwhile waits for
 * the same one. A count that failed is not kept.
 */
export function unscopedUsageRowCounter(deps: { db: Database; clock: Clock }): () => Promise<number> {
  let last: { at: number; rows: Promise<number> } | null = null;
  return () => {
    const now = deps.clock.now().getTime();
    if (last && now - last.at < freshForMs) return last.rows;
    const count = { at: now, rows: countUsageRows(deps.db) };
    last = count;
    count.rows.catch(() => {
      if (last === count) last = null;
    });
    return count.rows;
  };
}

async function countUsageRows(db: Database): Promise<number> {
  const [row] = await db.unscoped.$queryRaw<{ rows: number }[]>`
    SELECT COALESCE(sum(records), 0)::float8 AS rows FROM usage_hourly`;
  return row?.rows ?? 0;
}
