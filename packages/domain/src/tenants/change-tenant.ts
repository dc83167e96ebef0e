import type { Database } from '#db/database.js';
import type { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditAction } from '../audit/audit-actions.js';
import type { AuditDetails } from '../audit/audit-event.js';
import { differing } from '../audit/differing.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { assertNotPurged } from './assert-not-purged.js';
import { lockTenant } from './lock-tenant.js';
import { findPlatformTenantId, recordTenantChange } from './record-tenant-change.js';
import { type TenantView, tenantViewColumns, toTenantView } from './tenant-view.js';

/**
 * One change of a tenant's own row, audited in its chain and in the platform's. `decide` sees the locked row, refuses by
 * throwing, and returns what is to be written, or null where it is so already.
 * @throws Problem `not-found`; `tenant-state` when its purge has begun; and what `decide` throws
 */
export async function changeTenant(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  { action, decide }: { action: AuditAction; decide: (before: TenantView) => Prisma.TenantUpdateInput | null },
): Promise<TenantView> {
  const platformId = await findPlatformTenantId(deps);
  return withTenant(deps.db, tenantId, async (tx) => {
    const before = await lockTenant(tx, tenantId);
    const data = decide(before);
    if (data === null) return before;
    assertNotPurged(before);
    const row = await tx.tenant.update({ where: { id: tenantId }, data, select: tenantViewColumns });
    const after = toTenantView(row);
    const subject = { kind: 'tenant', id: tenantId, name: before.name };
    const change = { action, subject, ...differing(detailsOf(before), detailsOf(after)) };
    await recordTenantChange(tx, deps, { tenantId, platformId }, change);
    return after;
  });
}

function detailsOf({ purgeAt, ...tenant }: TenantView): AuditDetails {
  const { name, reportingTimeZone, status, suspendedReason, recordRetentionDays } = tenant;
  const until = purgeAt?.toISOString() ?? null;
  return { name, reportingTimeZone, status, suspendedReason, purgeAt: until, recordRetentionDays };
}
