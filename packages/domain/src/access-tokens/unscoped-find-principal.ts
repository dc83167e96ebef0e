import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { type Principal, type PrincipalRow, selectPrincipal, toPrincipal } from './principal.js';

/**
 * The holder of the token that a session began with: null as soon as the token is revoked or expired, or the session was
 * signed out.
 * @throws Problem `tenant-suspended`
 */
export async function unscopedFindPrincipal(
  deps: { db: Database; clock: Clock },
  session: { id: string; tenantId: string; tokenId: string },
): Promise<Principal | null> {
  const [row] = await deps.db.unscoped.$queryRaw<PrincipalRow[]>`
    ${selectPrincipal} WHERE a.tenant_id = ${session.tenantId}::uuid AND a.id = ${session.tokenId}::uuid
      AND NOT EXISTS (SELECT FROM ended_session e WHERE e.tenant_id = a.tenant_id AND e.id = ${session.id}::uuid)`;
  return row ? toPrincipal(row, deps.clock.now()) : null;
}
