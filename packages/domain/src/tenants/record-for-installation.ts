import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditEntry } from '../audit/audit-event.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { findPlatformTenantId } from './record-tenant-change.js';

/**
 * Writes down, in the chain of the platform's tenant, what somebody does with the whole installation. Nothing where there is
 * no such tenant yet: then there is nobody's data either.
 */
export async function recordForInstallation(deps: AuditDeps & { db: Database }, entry: AuditEntry): Promise<void> {
  const tenantId = await findPlatformTenantId(deps);
  if (tenantId === null) return;
  await withTenant(deps.db, tenantId, (tx) => recordAudit(tx, deps, tenantId, entry));
}
