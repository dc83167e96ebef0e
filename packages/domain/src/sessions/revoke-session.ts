import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AccessRole, roleAllows } from '../access-tokens/access-role.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { readSession } from './get-session.js';
import type { SessionHolder } from './session.js';
import type { SessionView } from './session-view.js';

/**
 * Ends a session from elsewhere, from its next request on: one of one's own, or of anybody in the tenant who has no more than
 * one's own role, as with their tokens.
 * @param role of whoever ends it
 * @throws Problem `not-found`, also for somebody else's; `forbidden` for one of a higher role
 */
export async function revokeSession(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  { id, of, role }: { id: string; of: SessionHolder | 'everybody'; role: AccessRole },
): Promise<SessionView> {
  return withTenant(deps.db, tenantId, async (tx) => {
    const session = await readSession(tx, deps.clock, { tenantId, id, of });
    assertMayEnd(role, session.holder.role);
    await tx.session.deleteMany({ where: { tenantId, id } });
    await recordAudit(tx, deps, tenantId, {
      action: 'session.revoke',
      subject: { kind: 'session', id, name: session.holder.name },
      before: { address: session.address, lastSeenAt: session.lastSeenAt.toISOString() },
    });
    return session;
  });
}

function assertMayEnd(role: AccessRole, held: AccessRole): void {
  if (roleAllows(role, held)) return;
  throw new Problem('forbidden', { detail: `Your role “${role}” cannot end a session of the role “${held}”.` });
}
