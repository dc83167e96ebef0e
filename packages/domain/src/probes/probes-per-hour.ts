import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';
import type { HourlyProbes } from './sum-probes-per-hour.js';

export interface ProbeHour extends HourlyProbes {
  providerKeyId: string;
}

/** Probe counts per key, UTC hour and outcome from `from` (inclusive) to `to` (exclusive), from the rollup. */
export async function probesPerHour(
  deps: { db: Database },
  tenantId: string,
  { providerKeyIds, from, to }: { providerKeyIds: readonly string[]; from: Date; to: Date },
): Promise<ProbeHour[]> {
  const rows = await withTenant(deps.db, tenantId, (tx) =>
    tx.probeHourly.findMany({
      where: { tenantId, hour: { gte: from, lt: to }, providerKeyId: { in: [...providerKeyIds] } },
      orderBy: { hour: 'asc' },
      select: { providerKeyId: true, hour: true, outcome: true, runs: true, latencySumMs: true },
    }),
  );
  return rows.map((row) => ({ ...row, outcome: row.outcome as ProbeOutcome, latencySumMs: Number(row.latencySumMs) }));
}
