import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditDetails } from '../audit/audit-event.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { findPlatformTenantId } from '../tenants/record-tenant-change.js';

/** Writes down, in the chain of the platform's tenant, what somebody did with the whole installation. */
export async function recordBackup(
  deps: AuditDeps & { db: Database },
  action: 'installation.backup' | 'installation.restore',
  after: AuditDetails,
): Promise<void> {
  const tenantId = await findPlatformTenantId(deps);
  // Where nobody has started the program yet there is nobody's data either.
  if (tenantId === null) return;
  const subject = { kind: 'installation', id: 'installation' };
  await withTenant(deps.db, tenantId, (tx) => recordAudit(tx, deps, tenantId, { action, subject, after }));
}
