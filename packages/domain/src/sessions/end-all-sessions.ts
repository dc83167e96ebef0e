import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { columnOf, type SessionHolder } from './session.js';

/** Signs a token or a person out everywhere. Says how many sessions that ended; where it was none, nothing is audited. */
export function endAllSessions(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  holder: SessionHolder & { name: string },
): Promise<number> {
  return withTenant(deps.db, tenantId, (tx) => endAllSessionsIn(tx, deps, { tenantId, holder }));
}

/** The same as the last part of a transaction. */
export async function endAllSessionsIn(
  tx: Tx,
  deps: AuditDeps,
  { tenantId, holder }: { tenantId: string; holder: SessionHolder & { name: string } },
): Promise<number> {
  const { count } = await tx.session.deleteMany({ where: { tenantId, ...columnOf(holder) } });
  if (count === 0) return 0;
  await recordAudit(tx, deps, tenantId, {
    action: 'session.end-all',
    subject: { kind: holder.kind === 'token' ? 'access-token' : 'person', id: holder.id, name: holder.name },
    before: { sessions: count },
  });
  return count;
}
