import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { type Principal, type PrincipalRow, selectPrincipal, toPrincipal } from './principal.js';

/**
 * The holder of the token that a session began with: null as soon as the token is revoked or expired.
 * @throws Problem `tenant-suspended`, `tenant-deleted`
 */
export async function unscopedFindPrincipal(
  deps: { db: Database; clock: Clock },
  { tenantId, tokenId }: { tenantId: string; tokenId: string },
): Promise<Principal | null> {
  const [row] = await deps.db.unscopedReader.$queryRaw<PrincipalRow[]>`
    ${selectPrincipal} WHERE a.tenant_id = ${tenantId}::uuid AND a.id = ${tokenId}::uuid`;
  return row ? toPrincipal(row, deps.clock.now()) : null;
}
