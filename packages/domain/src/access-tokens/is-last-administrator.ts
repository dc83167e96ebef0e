import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { findAdministrators } from './find-administrators.js';

/** Whether nobody gets in with a token as a platform administrator any more once this one is gone. */
export async function isLastAdministrator(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  tokenId: string,
): Promise<boolean> {
  const ids = await withTenant(deps.db, tenantId, (tx) => findAdministrators(tx, tenantId, deps.clock.now()));
  return ids.length === 1 && ids[0] === tokenId;
}
