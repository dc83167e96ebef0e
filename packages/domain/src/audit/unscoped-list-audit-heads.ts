import type { Database } from '#db/database.js';
import type { TenantAnchor } from './audit-anchor.js';

/** The end of every tenant's chain, as it is now; a tenant without events has none. */
export async function unscopedListAuditHeads(deps: { db: Database }): Promise<TenantAnchor[]> {
  return deps.db.unscoped.$queryRaw<TenantAnchor[]>`
    SELECT t.id::text AS "tenantId", e.seq, encode(e.mac, 'hex') AS mac
    FROM tenant t CROSS JOIN LATERAL (
      SELECT seq, mac FROM audit_event WHERE tenant_id = t.id ORDER BY seq DESC LIMIT 1
    ) e ORDER BY t.id`;
}
