import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { readSession } from './get-session.js';
import type { SessionHolder } from './session.js';
import type { SessionView } from './session-view.js';

/**
 * Ends a session from elsewhere, from its next request on: one of one's own, or of anybody in the tenant.
 * @throws Problem `not-found`, also for somebody else's
 */
export async function revokeSession(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  { id, of }: { id: string; of: SessionHolder | 'everybody' },
): Promise<SessionView> {
  return withTenant(deps.db, tenantId, async (tx) => {
    const session = await readSession(tx, deps.clock, { tenantId, id, of });
    await tx.session.deleteMany({ where: { tenantId, id } });
    await recordAudit(tx, deps, tenantId, {
      action: 'session.revoke',
      subject: { kind: 'session', id, name: session.holder.name },
      before: { address: session.address, lastSeenAt: session.lastSeenAt.toISOString() },
    });
    return session;
  });
}
