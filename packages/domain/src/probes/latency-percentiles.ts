import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';

/** p50 and p95 of the latency of one key's ok probes since `from`, in milliseconds; null when there was none. */
export async function latencyPercentiles(
  deps: { db: Database },
  tenantId: string,
  { providerKeyId, from }: { providerKeyId: string; from: Date },
): Promise<{ p50Ms: number; p95Ms: number } | null> {
  const [row] = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<{ p50: number | null; p95: number | null }[]>`
      SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY latency_ms) AS p50,
             percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms) AS p95
      FROM probe_run
      WHERE tenant_id = current_tenant_id() AND provider_key_id = ${providerKeyId}::uuid
        AND started_at >= ${from}::timestamptz AND outcome = 'ok'`,
  );
  return row?.p50 == null || row.p95 == null ? null : { p50Ms: row.p50, p95Ms: row.p95 };
}
