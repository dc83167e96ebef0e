import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { assertInFuture } from './assert-in-future.js';
import { assertMayGrant, type Grantor } from './assert-may-grant.js';
import { type AccessTokenView, tokenDetails, tokenSubject } from './access-token-view.js';
import { insertAccessToken, type IssuedAccessToken } from './issue-access-token.js';
import { lockAccessToken } from './lock-access-token.js';
import { rotationFault } from './rotation-fault.js';

const hourMs = 3_600_000;

export interface Rotation {
  id: string;
  /** For how long the old token is good beside the new one, unless it ends before; 0 for not at all. */
  overlapHours: number;
  /** The end of the new token. Default: as far from now as the old one's was from its beginning; never, if that was. */
  expiresAt?: Date | undefined;
}

/**
 * Makes a new token of the same name and role, and lets the old one end: in this order those who use it change over one by
 * one. Of two at the same time one is refused.
 * @throws Problem `not-found`; `already-rotated`; `invalid-request` for a token that has ended, or an end that is past;
 *   `forbidden` for a token of more than the grantor's own role
 */
export async function rotateAccessToken(
  deps: AuditDeps & { db: Database },
  grantor: Grantor,
  { id, overlapHours, expiresAt }: Rotation,
): Promise<IssuedAccessToken & { oldEndsAt: Date }> {
  const tenantId = grantor.tenant.id;
  const now = deps.clock.now();
  return withTenant(deps.db, tenantId, async (tx) => {
    const old = await lockAccessToken(tx, tenantId, id);
    assertMayGrant(grantor, old.role);
    const fault = await rotationFault(tx, { tenantId, token: old, now });
    if (fault) throw fault;
    const { name, role } = old;
    const end = expiresAt ?? sameLifetime(old, now);
    assertInFuture(end, now);
    const oldEndsAt = earlier(old.expiresAt, new Date(now.getTime() + overlapHours * hourMs));
    await tx.accessToken.update({
      where: { tenantId_id: { tenantId, id } },
      data: { expiresAt: oldEndsAt },
      select: { id: true },
    });
    const issued = await insertAccessToken(tx, deps, { tenantId, name, role, expiresAt: end, replacesId: id });
    await recordAudit(tx, deps, tenantId, {
      action: 'access-token.rotate',
      subject: tokenSubject(old),
      before: tokenDetails(old),
      after: { ...tokenDetails({ role, expiresAt: oldEndsAt }), newToken: issued.id },
    });
    return { ...issued, oldEndsAt };
  });
}

function sameLifetime({ createdAt, expiresAt }: AccessTokenView, now: Date): Date | undefined {
  if (expiresAt === null) return undefined;
  return new Date(now.getTime() + expiresAt.getTime() - createdAt.getTime());
}

function earlier(one: Date | null, other: Date): Date {
  return one !== null && one < other ? one : other;
}
