import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import type { UsageCount } from './unscoped-usage-counter.js';
import { unscopedWorkerHealth, type WorkerHealth } from './unscoped-worker-health.js';

interface OutcomeCount {
  outcome: string;
  runs: number;
  latencySumMs: number;
}

/** Figures of the whole installation, all tenants together; none of them names a tenant, a key or a secret. */
interface InstallationMetrics extends UsageCount {
  /** Keys that are stored and switched on, of tenants that are active. */
  activeKeys: number;
  lastUsageAt: Date | null;
  /** When any key last answered as it should. */
  lastKeyOkAt: Date | null;
  /** How long the longest-waiting due key has waited; 0 when none is due. */
  oldestDueKeyAgeSecs: number;
  probes: OutcomeCount[];
  worker: WorkerHealth;
}

/**
 * Reads sums, not history: the cost grows with hours × models, not with requests.
 * @param countUsage of `unscopedUsageCounter`, which takes longer than all others together
 */
export async function unscopedMetrics(
  deps: { db: Database; clock: Clock },
  countUsage: () => Promise<UsageCount>,
): Promise<InstallationMetrics> {
  const [usage, lastUsageAt, keys, probes, worker] = await Promise.all([
    countUsage(),
    readLastUsageAt(deps.db),
    readKeys(deps.db, deps.clock.now()),
    readProbes(deps.db),
    unscopedWorkerHealth(deps),
  ]);
  return { ...usage, lastUsageAt, ...keys, probes, worker };
}

/**
 * The sums say whose newest hour is the newest of all, by an index look-up per tenant; the instant itself is then one more
 * for each of those.
 */
async function readLastUsageAt(db: Database): Promise<Date | null> {
  const [row] = await db.unscoped.$queryRaw<{ at: Date | null }[]>`
    WITH last AS MATERIALIZED (
      SELECT t.id, (SELECT max(hour) FROM usage_hourly h WHERE h.tenant_id = t.id) AS hour FROM tenant t
    )
    SELECT max(newest.at) AS at
    FROM last, LATERAL (SELECT max(occurred_at) AS at FROM usage_record r WHERE r.tenant_id = last.id) newest
    WHERE last.hour = (SELECT max(hour) FROM last)`;
  return row?.at ?? null;
}

type KeyFigures = Pick<InstallationMetrics, 'activeKeys' | 'lastKeyOkAt' | 'oldestDueKeyAgeSecs'>;

async function readKeys(db: Database, now: Date): Promise<KeyFigures> {
  const [row] = await db.unscoped.$queryRaw<KeyFigures[]>`
    SELECT (count(*) FILTER (WHERE is_active))::float8 AS "activeKeys", max(last_ok_at) AS "lastKeyOkAt",
      COALESCE(EXTRACT(epoch FROM ${now}::timestamptz
        - min(next_probe_at) FILTER (WHERE is_active AND probe_mode <> 'off' AND next_probe_at <= ${now})), 0)::float8
        AS "oldestDueKeyAgeSecs"
    FROM provider_key k WHERE deleted_at IS NULL
      AND EXISTS (SELECT FROM tenant t WHERE t.id = k.tenant_id AND t.status = 'active')`;
  return row ?? { activeKeys: 0, lastKeyOkAt: null, oldestDueKeyAgeSecs: 0 };
}

function readProbes(db: Database): Promise<OutcomeCount[]> {
  return db.unscoped.$queryRaw<OutcomeCount[]>`
    SELECT outcome, sum(runs)::float8 AS runs, sum(latency_sum_ms)::float8 AS "latencySumMs"
    FROM probe_hourly GROUP BY outcome ORDER BY outcome`;
}
