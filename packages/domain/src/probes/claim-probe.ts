import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { queuedLeaseMs } from './unscoped-claim-due-probes.js';

/**
 * Claims a probe of one key for whoever will carry it out itself (a person's "test now", `worker --once`).
 * Null while another claim on the key is live; one whose lease ran out is taken over.
 */
export async function claimProbe(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { providerKeyId, trigger }: { providerKeyId: string; trigger: 'manual' | 'once' },
): Promise<string | null> {
  const now = deps.clock.now();
  const leaseExpiresAt = new Date(now.getTime() + queuedLeaseMs);
  const [claim] = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<{ runId: string }[]>`
      INSERT INTO probe_claim AS c (tenant_id, run_id, provider_key_id, trigger, claimed_at, lease_expires_at)
      VALUES (${tenantId}::uuid, ${newId(now)}::uuid, ${providerKeyId}::uuid, ${trigger}, ${now}::timestamptz,
              ${leaseExpiresAt}::timestamptz)
      ON CONFLICT (tenant_id, provider_key_id) DO UPDATE
        SET attempts = c.attempts + 1, lease_expires_at = excluded.lease_expires_at
        WHERE c.lease_expires_at <= ${now}::timestamptz
      RETURNING run_id AS "runId"`,
  );
  return claim?.runId ?? null;
}
