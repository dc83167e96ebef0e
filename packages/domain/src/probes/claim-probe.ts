import { newId } from '#core/ids.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { keySubject } from '../provider-keys/audited-key.js';
import { queuedLeaseMs } from './unscoped-claim-due-probes.js';

/**
 * Claims a probe of one key for whoever will carry it out itself (a person's "test now", which is audited, or
 * `worker --once`). Null while another claim on the key is live; one whose lease ran out is taken over. Null too, and nothing is
 * audited, for a key that was deleted, or whose tenant was closed, since it was looked at: nobody would begin that claim.
 */
export async function claimProbe(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  { providerKeyId, trigger }: { providerKeyId: string; trigger: 'manual' | 'once' },
): Promise<string | null> {
  return withTenant(deps.db, tenantId, async (tx) => {
    const runId = await claim(tx, { tenantId, providerKeyId, trigger, now: deps.clock.now() });
    if (runId !== null && trigger === 'manual') {
      const key = await tx.providerKey.findUniqueOrThrow({
        where: { tenantId_id: { tenantId, id: providerKeyId } },
        select: { id: true, label: true },
      });
      const entry = { action: 'provider-key.probe', subject: keySubject(key), after: { runId } } as const;
      await recordAudit(tx, deps, tenantId, entry);
    }
    return runId;
  });
}

async function claim(
  tx: Tx,
  { tenantId, providerKeyId, trigger, now }: { tenantId: string; providerKeyId: string; trigger: string; now: Date },
): Promise<string | null> {
  const leaseExpiresAt = new Date(now.getTime() + queuedLeaseMs);
  const [claimed] = await tx.$queryRaw<{ runId: string }[]>`
    INSERT INTO probe_claim AS c (tenant_id, run_id, provider_key_id, trigger, claimed_at, lease_expires_at)
    SELECT k.tenant_id, ${newId(now)}::uuid, k.id, ${trigger}, ${now}::timestamptz, ${leaseExpiresAt}::timestamptz
    FROM provider_key k
    WHERE k.tenant_id = ${tenantId}::uuid AND k.id = ${providerKeyId}::uuid AND k.deleted_at IS NULL
      AND EXISTS (SELECT FROM tenant t WHERE t.id = k.tenant_id AND t.status = 'active')
    ON CONFLICT (tenant_id, provider_key_id) DO UPDATE
      SET attempts = c.attempts + 1, lease_expires_at = excluded.lease_expires_at
      WHERE c.lease_expires_at <= ${now}::timestamptz
    RETURNING run_id AS "runId"`;
  return claimed?.runId ?? null;
}
