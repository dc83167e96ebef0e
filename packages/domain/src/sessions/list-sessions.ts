import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { columnOf, idleSessionMs, mostListedSessions, type SessionHolder } from './session.js';
import { sessionColumns, type SessionView, toSessionViews } from './session-view.js';

/** The sessions that go on, of one holder or of a whole tenant, the one used last first; at most `mostListedSessions`. */
export async function listSessions(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { of }: { of: SessionHolder | 'everybody' },
): Promise<SessionView[]> {
  const now = deps.clock.now();
  return withTenant(deps.db, tenantId, async (tx) => {
    const rows = await tx.session.findMany({
      where: {
        tenantId,
        ...(of !== 'everybody' && columnOf(of)),
        endsAt: { gt: now },
        lastSeenAt: { gt: new Date(now.getTime() - idleSessionMs) },
      },
      orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
      take: mostListedSessions,
      select: sessionColumns,
    });
    return toSessionViews(tx, { tenantId, now }, rows);
  });
}
