import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';

/** What some probes of one hour found. */
export interface HourlyProbes {
  /** Start of the UTC hour. */
  hour: Date;
  outcome: ProbeOutcome;
  runs: number;
  latencySumMs: number;
}

/** Probe counts of all keys together per UTC hour and outcome, from `from` (inclusive) to `to` (exclusive). */
export async function sumProbesPerHour(
  deps: { db: Database },
  tenantId: string,
  { from, to }: { from: Date; to: Date },
): Promise<HourlyProbes[]> {
  return withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<HourlyProbes[]>`
      SELECT hour, outcome, sum(runs)::float8 AS runs, sum(latency_sum_ms)::float8 AS "latencySumMs"
      FROM probe_hourly WHERE tenant_id = ${tenantId}::uuid AND hour >= ${from} AND hour < ${to}
      GROUP BY 1, 2 ORDER BY 1, 2`,
  );
}
