import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import type { AuditDeps } from '../audit/record-audit.js';
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
  if (input.expiresAt !== undefined && input.expiresAt <= deps.clock.now()) {
    const detail = 'It has to end in the future.';
    throw new Problem('invalid-request', { detail, fields: { expiresAt: detail } });
  }
  return issueAccessToken(deps, grantor.tenant.id, input);
}
