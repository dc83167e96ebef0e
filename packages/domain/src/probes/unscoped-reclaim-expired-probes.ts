import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { type ClaimedRun, queuedLeaseMs } from './unscoped-claim-due-probes.js';

/**
 * Finds claims whose lease ran out (their worker died, or the queue was emptied) and gives each another attempt under
 * the same run id, so that however many attempts end, one result is recorded. Returns at most `limit`, to be enqueued.
 */
export async function unscopedReclaimExpiredProbes(
  deps: { db: Database; clock: Clock },
  { limit }: { limit: number },
): Promise<ClaimedRun[]> {
  const now = deps.clock.now();
  return deps.db.unscoped.$queryRaw<ClaimedRun[]>`
    UPDATE probe_claim SET attempts = attempts + 1, lease_expires_at = ${new Date(now.getTime() + queuedLeaseMs)}::timestamptz
    WHERE (tenant_id, run_id) IN (
      SELECT tenant_id, run_id FROM probe_claim WHERE lease_expires_at <= ${now}::timestamptz
      ORDER BY lease_expires_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
    )
    RETURNING tenant_id AS "tenantId", run_id AS "runId"`;
}
