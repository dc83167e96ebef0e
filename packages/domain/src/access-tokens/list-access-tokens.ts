import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { accessTokenColumns, type AccessTokenView, toAccessTokenView } from './access-token-view.js';

/** One page of a tenant's tokens, newest first, those that have ended too. `next` is the `after` of the following page. */
export async function listAccessTokens(
  deps: { db: Database },
  tenantId: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ items: AccessTokenView[]; next: string | null }> {
  const rows = await withTenant(deps.db, tenantId, (tx) =>
    tx.accessToken.findMany({
      where: { tenantId, ...(page.after !== undefined && { id: { lt: page.after } }) },
      orderBy: { id: 'desc' },
      take: page.limit + 1,
      select: accessTokenColumns,
    }),
  );
  const items = rows.slice(0, page.limit).map(toAccessTokenView);
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}
