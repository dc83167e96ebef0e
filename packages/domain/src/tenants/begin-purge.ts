import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { lockTenant } from './lock-tenant.js';
import { findPlatformTenantId, recordForPlatform } from './record-tenant-change.js';

/**
 * From here on there is nothing whole to restore. Noted once, with the platform's audit, however often the purge goes on.
 * @returns false when the tenant was restored a moment ago
 */
export async function beginPurge(deps: AuditDeps & { db: Database }, tenantId: string): Promise<boolean> {
  const platformId = await findPlatformTenantId(deps);
  return withTenant(deps.db, tenantId, async (tx) => {
    const { status, name, slug, purgeAt, purgeBeganAt } = await lockTenant(tx, tenantId);
    const now = deps.clock.now();
    if (status !== 'deleted' || purgeAt === null || purgeAt > now) return false;
    if (purgeBeganAt !== null) return true;
    await tx.tenant.update({ where: { id: tenantId }, data: { purgeBeganAt: now }, select: { id: true } });
    const subject = { kind: 'tenant', id: tenantId, name };
    await recordForPlatform(tx, deps, platformId, { action: 'tenant.purge', subject, before: { slug } });
    return true;
  });
}
