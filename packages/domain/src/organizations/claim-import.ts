import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { ClaimedImport } from './import-organization.js';
import { leaseMs } from './import-run.js';
import { isConnectedSql } from './organization.js';

/**
 * Claims the import of one organization for this process, whether it is due or not. Null while another import of it is
 * under way, and for an organization without an active key.
 */
export async function claimImport(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { organizationId, part }: Pick<ClaimedImport, 'organizationId' | 'part'>,
): Promise<ClaimedImport | null> {
  const now = deps.clock.now();
  const runId = newId(now);
  const claimed = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$executeRaw`
      UPDATE organization o
      SET import_run_id = ${runId}::uuid, import_lease_until = ${new Date(now.getTime() + leaseMs)}::timestamptz
      FROM provider_key k
      WHERE o.tenant_id = ${tenantId}::uuid AND o.id = ${organizationId}::uuid
        AND (o.import_run_id IS NULL OR o.import_lease_until <= ${now}::timestamptz)
        AND k.tenant_id = o.tenant_id AND k.id = o.provider_key_id AND ${isConnectedSql}`,
  );
  return claimed === 0 ? null : { tenantId, organizationId, runId, part };
}
