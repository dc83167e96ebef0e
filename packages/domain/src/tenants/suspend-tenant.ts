import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { changeTenant } from './change-tenant.js';
import { assertNotPlatform } from './assert-not-platform.js';
import type { TenantView } from './tenant-view.js';

/**
 * From the next request on the tenant's tokens and sessions are refused with `reason`, and from the next look at it on none
 * of its keys is probed or imported, also of those that are claimed already. Suspending again changes the reason.
 * @throws Problem `not-found`; `tenant-state` for a deleted tenant and the platform's own
 */
export async function suspendTenant(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  { reason }: { reason: string },
): Promise<TenantView> {
  return changeTenant(deps, tenantId, {
    action: 'tenant.suspend',
    decide(before) {
      assertNotPlatform(before, 'suspended');
      if (before.status === 'deleted')
        throw new Problem('tenant-state', { detail: 'It is deleted. Restore it first.' });
      if (before.status === 'suspended' && before.suspendedReason === reason) return null;
      const suspendedAt = before.suspendedAt ?? deps.clock.now();
      return { status: 'suspended', suspendedAt, suspendedReason: reason };
    },
  });
}
