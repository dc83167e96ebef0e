import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { accessTokenColumns, type AccessTokenView, toAccessTokenView } from './access-token-view.js';
import { accessTokenNotFound } from './lock-access-token.js';

/** @throws Problem `not-found` */
export async function getAccessToken(deps: { db: Database }, tenantId: string, id: string): Promise<AccessTokenView> {
  const row = await withTenant(deps.db, tenantId, (tx) =>
    tx.accessToken.findUnique({ where: { tenantId_id: { tenantId, id } }, select: accessTokenColumns }),
  );
  if (!row) throw accessTokenNotFound();
  return toAccessTokenView(row);
}
