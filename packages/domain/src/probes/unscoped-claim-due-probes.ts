import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import type { Database } from '#db/database.js';

export interface ClaimedRun {
  tenantId: string;
  runId: string;
}

/** A claim that no worker has begun within this time is offered again. */
export const queuedLeaseMs = 60_000;

/**
 * Claims up to `limit` due probes for being enqueued, oldest first, and moves each key's next probe one interval on.
 * One statement: `SKIP LOCKED` and the unique key on the claim let any number of workers sweep at once, and a crash
 * right after it loses nothing, because an expired lease is offered again by `unscopedReclaimExpiredProbes`. A claim by hand
 * refers to the key, and so has a share of its lock: `NO KEY` leaves it that share, or the two would wait for each other.
 */
export async function unscopedClaimDueProbes(
  deps: { db: Database; clock: Clock },
  { limit, defaultIntervalSecs }: { limit: number; defaultIntervalSecs: number },
): Promise<ClaimedRun[]> {
  const now = deps.clock.now();
  const runIds = Array.from({ length: limit }, () => newId(now));
  return deps.db.unscoped.$queryRaw<ClaimedRun[]>`
    WITH due AS (
      SELECT k.tenant_id, k.id, coalesce(k.probe_interval_secs, ${defaultIntervalSecs}::int) AS interval_secs
      FROM provider_key k
      WHERE k.next_probe_at <= ${now}::timestamptz AND k.is_active AND k.deleted_at IS NULL AND k.probe_mode <> 'off'
        AND EXISTS (SELECT FROM tenant t WHERE t.id = k.tenant_id AND t.status = 'active')
        AND NOT EXISTS (SELECT FROM probe_claim c WHERE c.tenant_id = k.tenant_id AND c.provider_key_id = k.id)
      ORDER BY k.next_probe_at
      LIMIT ${limit}::int
      FOR NO KEY UPDATE OF k SKIP LOCKED
    ), moved AS (
      -- Ten per cent of jitter either way, so that keys stored together do not stay together.
      UPDATE provider_key k
      SET next_probe_at = ${now}::timestamptz + make_interval(secs => due.interval_secs * (0.9 + 0.2 * random()))
      FROM due WHERE k.tenant_id = due.tenant_id AND k.id = due.id
    )
    INSERT INTO probe_claim (tenant_id, run_id, provider_key_id, trigger, claimed_at, lease_expires_at)
    SELECT tenant_id, (${runIds}::uuid[])[row_number() OVER ()], id, 'schedule', ${now}::timestamptz,
           ${new Date(now.getTime() + queuedLeaseMs)}::timestamptz
    FROM due
    ON CONFLICT (tenant_id, provider_key_id) DO NOTHING
    RETURNING tenant_id AS "tenantId", run_id AS "runId"`;
}
