import type { Database } from '#db/database.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { changeTenant } from './change-tenant.js';
import type { TenantView } from './tenant-view.js';

/**
 * Takes a deletion back: the tenant is what it was before, active or suspended. One that is not deleted stays as it is.
 * @throws Problem `not-found`, also once all is purged; `tenant-state` when the purge has begun
 */
export async function restoreTenant(deps: AuditDeps & { db: Database }, tenantId: string): Promise<TenantView> {
  return changeTenant(deps, tenantId, {
    action: 'tenant.restore',
    decide({ status, suspendedAt }) {
      if (status !== 'deleted') return null;
      return { status: suspendedAt === null ? 'active' : 'suspended', deletedAt: null, purgeAt: null };
    },
  });
}
