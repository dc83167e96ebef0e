import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { type Principal, type PrincipalRow, selectPrincipal, toPrincipal } from './principal.js';

/**
 * The holder of a token by the token's id, for sessions that began with it: null as soon as it is revoked or expired.
 * @throws Problem `tenant-suspended`
 */
export async function unscopedFindPrincipal(
  deps: { db: Database; clock: Clock },
  token: { tenantId: string; tokenId: string },
): Promise<Principal | null> {
  const [row] = await deps.db.unscoped.$queryRaw<PrincipalRow[]>`
    ${selectPrincipal} WHERE a.tenant_id = ${token.tenantId}::uuid AND a.id = ${token.tokenId}::uuid`;
  return row ? toPrincipal(row, deps.clock.now()) : null;
}
