import type { Database } from '#db/database.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { assertNotPlatform } from './assert-not-platform.js';
import { changeTenant } from './change-tenant.js';
import type { TenantView } from './tenant-view.js';

const dayMs = 86_400_000;

/**
 * Deletes a tenant: it is refused and left alone as a suspended one, can be restored for `graceDays`, and is then purged by
 * the worker, its audit included. Deleting again keeps the first date.
 * @throws Problem `not-found`; `tenant-state` for the platform's own
 */
export async function deleteTenant(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  { graceDays }: { graceDays: number },
): Promise<TenantView> {
  return changeTenant(deps, tenantId, {
    action: 'tenant.delete',
    decide(before) {
      assertNotPlatform(before, 'deleted');
      if (before.status === 'deleted') return null;
      const deletedAt = deps.clock.now();
      return { status: 'deleted', deletedAt, purgeAt: new Date(deletedAt.getTime() + graceDays * dayMs) };
    },
  });
}
