import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { assertMayRevoke, type Grantor } from './assert-may-grant.js';
import { type AccessTokenView, tokenDetails, tokenSubject } from './access-token-view.js';
import { lockAccessToken } from './lock-access-token.js';

/**
 * From the next request on the token and its sessions are refused; it cannot be taken back. Revoking again keeps the first
 * date.
 * @throws Problem `not-found`; `forbidden` for a token of more than the grantor's own role
 */
export async function revokeAccessToken(
  deps: AuditDeps & { db: Database },
  grantor: Grantor,
  id: string,
): Promise<AccessTokenView> {
  const tenantId = grantor.tenant.id;
  return withTenant(deps.db, tenantId, async (tx) => {
    const token = await lockAccessToken(tx, tenantId, id);
    assertMayRevoke(grantor, token.role);
    if (token.revokedAt !== null) return token;
    const revokedAt = deps.clock.now();
    await tx.accessToken.update({
      where: { tenantId_id: { tenantId, id } },
      data: { revokedAt },
      select: { id: true },
    });
    await recordAudit(tx, deps, tenantId, {
      action: 'access-token.revoke',
      subject: tokenSubject(token),
      before: tokenDetails(token),
    });
    return { ...token, revokedAt };
  });
}
