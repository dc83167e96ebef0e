import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { columnOf, type SessionHolder } from './session.js';
import { sessionColumns, type SessionView, toSessionViews } from './session-view.js';

/**
 * One session, of one holder or of anybody in the tenant.
 * @throws Problem `not-found`, also for somebody else's
 */
export function getSession(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { id, of }: { id: string; of: SessionHolder | 'everybody' },
): Promise<SessionView> {
  return withTenant(deps.db, tenantId, (tx) => readSession(tx, deps.clock, { tenantId, id, of }));
}

/** The same within a transaction. */
export async function readSession(
  tx: Tx,
  clock: Clock,
  { tenantId, id, of }: { tenantId: string; id: string; of: SessionHolder | 'everybody' },
): Promise<SessionView> {
  const where = { tenantId, id, ...(of !== 'everybody' && columnOf(of)) };
  const row = await tx.session.findFirst({ where, select: sessionColumns });
  const [view] = row ? await toSessionViews(tx, { tenantId, now: clock.now() }, [row]) : [];
  if (!view) throw new Problem('not-found', { detail: 'There is no such session.' });
  return view;
}
