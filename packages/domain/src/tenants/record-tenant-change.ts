import type { Database, Tx } from '#db/database.js';
import type { AuditEntry } from '../audit/audit-event.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { platformSlug } from './tenant.js';
import { unscopedFindTenantBySlug } from './unscoped-find-tenant-by-slug.js';

/** Where the deeds of platform administrators are kept; null while the first tenant is being made. */
export async function findPlatformTenantId(deps: { db: Database }): Promise<string | null> {
  return (await unscopedFindTenantBySlug(deps, platformSlug))?.id ?? null;
}

/**
 * Writes down what became of a tenant as a whole, in its own chain and in that of the platform's tenant, which outlives
 * it. The last statement of a transaction of `tenantId`, as `recordAudit` is.
 */
export async function recordTenantChange(
  tx: Tx,
  deps: AuditDeps,
  { tenantId, platformId }: { tenantId: string; platformId: string | null },
  entry: AuditEntry,
): Promise<void> {
  await recordAudit(tx, deps, tenantId, entry);
  if (platformId !== tenantId) await recordForPlatform(tx, deps, platformId, entry);
}

/** The same in the platform's chain alone. The transaction sees the platform's tenant from then on. */
export async function recordForPlatform(
  tx: Tx,
  deps: AuditDeps,
  platformId: string | null,
  entry: AuditEntry,
): Promise<void> {
  if (platformId === null) return;
  await tx.$executeRaw`SELECT set_config('keyledger.tenant_id', ${platformId}::uuid::text, true)`;
  await recordAudit(tx, deps, platformId, entry);
}
