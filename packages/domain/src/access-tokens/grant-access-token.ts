import type { Database } from '#db/database.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { assertInFuture } from './assert-in-future.js';
import { assertMayGrant, type Grantor } from './assert-may-grant.js';
import { type IssuedAccessToken, issueAccessToken, type NewAccessToken } from './issue-access-token.js';

/**
 * Issues an access token on somebody's behalf, in the tenant that they act in.
 * @throws Problem `forbidden` for more than their own role, `invalid-request` for an end that is past
 */
export async function grantAccessToken(
  deps: AuditDeps & { db: Database },
  grantor: Grantor,
  input: NewAccessToken,
): Promise<IssuedAccessToken> {
  assertMayGrant(grantor, input.role);
  assertInFuture(input.expiresAt, deps.clock.now());
  return issueAccessToken(deps, grantor.tenant.id, input);
}
