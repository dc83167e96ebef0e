import type { SecretString } from '#core/secret-string.js';
import { newId } from '#core/ids.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { secretUseInsert } from '../audit/secret-use-insert.js';
import { openProviderKeyIfPossible } from '../provider-keys/open-provider-key.js';
import { readTenantDataKeys } from '../provider-keys/tenant-data-keys.js';
import { leaseMs } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import { isConnectedSql } from './organization.js';

export interface BegunImport {
  /** Of this attempt: it takes the place of the claim's, so that a job that comes twice begins nothing twice. */
  runId: string;
  /** Null when the stored key cannot be opened. */
  secret: SecretString | null;
}

/**
 * Begins a claimed import. Null when it was begun already, was taken up by another, or has no active key any more, and for
 * a tenant that is suspended or deleted.
 */
export async function beginImport(
  deps: ImportDeps,
  claim: { tenantId: string; organizationId: string; runId: string },
): Promise<BegunImport | null> {
  const { tenantId, organizationId } = claim;
  const now = deps.clock.now();
  const runId = newId(now);
  return withTenant(deps.db, tenantId, async (tx) => {
    const [key] = await tx.$queryRaw<{ id: string; sealedSecret: Uint8Array }[]>`
      UPDATE organization o SET import_run_id = ${runId}::uuid, import_started_at = ${now}::timestamptz,
        import_lease_until = ${new Date(now.getTime() + leaseMs)}::timestamptz
      FROM provider_key k
      WHERE o.tenant_id = ${tenantId}::uuid AND o.id = ${organizationId}::uuid AND o.import_run_id = ${claim.runId}::uuid
        AND k.tenant_id = o.tenant_id AND k.id = o.provider_key_id AND ${isConnectedSql}
        AND EXISTS (SELECT FROM tenant t WHERE t.id = o.tenant_id AND t.status = 'active')
      RETURNING k.id, k.sealed_secret AS "sealedSecret"`;
    if (!key) return null;
    const dataKeys = await readTenantDataKeys(deps.ring, tx, tenantId);
    await tx.$executeRaw(secretUseInsert({ kind: 'import', at: now, times: Prisma.sql`SELECT 1` }));
    return { runId, secret: openProviderKeyIfPossible(dataKeys, { tenantId, ...key }) };
  });
}
