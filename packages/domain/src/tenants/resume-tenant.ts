import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { changeTenant } from './change-tenant.js';
import type { TenantView } from './tenant-view.js';

/**
 * Lets a suspended tenant in again. Its keys are probed as they fall due, and its tokens are good again where they have not
 * expired meanwhile. An active tenant stays as it is.
 * @throws Problem `not-found`; `tenant-state` for a deleted tenant
 */
export async function resumeTenant(deps: AuditDeps & { db: Database }, tenantId: string): Promise<TenantView> {
  return changeTenant(deps, tenantId, {
    action: 'tenant.resume',
    decide({ status }) {
      if (status === 'deleted') throw new Problem('tenant-state', { detail: 'It is deleted. Restore it instead.' });
      return status === 'active' ? null : { status: 'active', suspendedAt: null, suspendedReason: null };
    },
  });
}
