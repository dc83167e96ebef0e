import type { Clock } from '#core/clock.js';
import type { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AccessTokenView } from './access-token-view.js';
import { rotationFault } from './rotation-fault.js';

/** Why `rotateAccessToken` would refuse to, as far as the token is concerned; null when it would not. */
export function findRotationFault(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  token: AccessTokenView,
): Promise<Problem | null> {
  return withTenant(deps.db, tenantId, (tx) => rotationFault(tx, { tenantId, token, now: deps.clock.now() }));
}
