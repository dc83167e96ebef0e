import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';

export interface ProbeFailures {
  outcome: ProbeOutcome;
  count: number;
  lastAt: Date;
}

/** What went wrong with one key's probes since `from`, by reason, most frequent first. */
export async function listProbeFailures(
  deps: { db: Database },
  tenantId: string,
  { providerKeyId, from }: { providerKeyId: string; from: Date },
): Promise<ProbeFailures[]> {
  return withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<ProbeFailures[]>`
      SELECT outcome, count(*)::int AS count, max(started_at) AS "lastAt" FROM probe_run
      WHERE tenant_id = ${tenantId}::uuid AND provider_key_id = ${providerKeyId}::uuid
        AND started_at >= ${from} AND outcome <> 'ok'
      GROUP BY outcome ORDER BY 2 DESC, 3 DESC`,
  );
}
