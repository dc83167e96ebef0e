import { Problem } from '#core/problem.js';
import type { Tx } from '#db/database.js';
import { accessTokenColumns, type AccessTokenView, toAccessTokenView } from './access-token-view.js';

/**
 * Reads a token that is about to be changed, so that nobody else changes it before the end of the transaction.
 * @throws Problem `not-found`
 */
export async function lockAccessToken(tx: Tx, tenantId: string, id: string): Promise<AccessTokenView> {
  await tx.$executeRaw`
    SELECT FROM access_token WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
  const row = await tx.accessToken.findUnique({
    where: { tenantId_id: { tenantId, id } },
    select: accessTokenColumns,
  });
  if (!row) throw accessTokenNotFound();
  return toAccessTokenView(row);
}

export function accessTokenNotFound(): Problem {
  return new Problem('not-found', { detail: 'There is no such token.' });
}
