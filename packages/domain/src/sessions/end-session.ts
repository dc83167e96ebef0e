import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';

/** Signs out of one's own session; copies of its cookie are refused from now on. Idempotent. */
export async function endSession(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  session: { id: string; holderName: string },
): Promise<void> {
  await withTenant(deps.db, tenantId, async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { tenantId, id: session.id } });
    if (count === 0) return;
    await recordAudit(tx, deps, tenantId, {
      action: 'session.end',
      subject: { kind: 'session', id: session.id, name: session.holderName },
    });
  });
}
