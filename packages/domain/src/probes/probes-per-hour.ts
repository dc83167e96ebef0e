import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';

export interface ProbeHour {
  providerKeyId: string;
  /** Start of the UTC hour. */
  hour: Date;
  outcome: ProbeOutcome;
  runs: number;
  latencySumMs: number;
}

/**
 * Probe counts per key, UTC hour and outcome from `from` (inclusive) to `to` (exclusive), from the rollup: of one key, of
 * those listed, or of all.
 */
export async function probesPerHour(
  deps: { db: Database },
  tenantId: string,
  { providerKeyId, from, to }: { providerKeyId?: string | readonly string[] | undefined; from: Date; to: Date },
): Promise<ProbeHour[]> {
  const keyIds = typeof providerKeyId === 'string' ? [providerKeyId] : providerKeyId;
  const rows = await withTenant(deps.db, tenantId, (tx) =>
    tx.probeHourly.findMany({
      where: { tenantId, hour: { gte: from, lt: to }, ...(keyIds && { providerKeyId: { in: [...keyIds] } }) },
      orderBy: { hour: 'asc' },
      select: { providerKeyId: true, hour: true, outcome: true, runs: true, latencySumMs: true },
    }),
  );
  return rows.map((row) => ({ ...row, outcome: row.outcome as ProbeOutcome, latencySumMs: Number(row.latencySumMs) }));
}
