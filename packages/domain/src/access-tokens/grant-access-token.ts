import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { isUniqueViolation } from '#db/is-unique-violation.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { assertInFuture } from './assert-in-future.js';
import { assertMayGrant, type Grantor } from './assert-may-grant.js';
import { type IssuedAccessToken, issueAccessToken, type NewAccessToken } from './issue-access-token.js';

/**
 * Issues an access token on somebody's behalf, in the tenant that they act in.
 * @throws Problem `forbidden` for more than their own role, `invalid-request` for an end that is past, and for an id that a
 *   token of the tenant has already
 */
export async function grantAccessToken(
  deps: AuditDeps & { db: Database },
  grantor: Grantor,
  input: NewAccessToken,
): Promise<IssuedAccessToken> {
  assertMayGrant(grantor, input.role);
  assertInFuture(input.expiresAt, deps.clock.now());
  try {
    return await issueAccessToken(deps, grantor.tenant.id, input);
  } catch (error) {
    if (input.id === undefined || !isUniqueViolation(error)) throw error;
    const detail =
      'This form was sent before: its token was issued and shown then, and cannot be shown again. If you do not have it, revoke it and issue another.';
    throw new Problem('invalid-request', { detail, cause: error });
  }
}
