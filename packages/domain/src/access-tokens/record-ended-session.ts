import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

/**
 * Ends a session for good, copies of its cookie included. Idempotent.
 * @param session its id, and when its cookie would end by itself at the latest
 */
export async function recordEndedSession(
  deps: { db: Database },
  tenantId: string,
  session: { id: string; endsAt: Date },
): Promise<void> {
  await withTenant(deps.db, tenantId, (tx) =>
    tx.endedSession.createMany({ data: [{ tenantId, id: session.id, endsAt: session.endsAt }], skipDuplicates: true }),
  );
}
