import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { accessTokenColumns, type AccessTokenView, toAccessTokenView } from './access-token-view.js';

/** A token, and whether a newer one took its place. */
export interface ListedAccessToken extends AccessTokenView {
  isReplaced: boolean;
}

/** One page of a tenant's tokens, newest first, those that have ended too. `next` is the `after` of the following page. */
export async function listAccessTokens(
  deps: { db: Database },
  tenantId: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ items: ListedAccessToken[]; next: string | null }> {
  return withTenant(deps.db, tenantId, async (tx) => {
    const rows = await tx.accessToken.findMany({
      where: { tenantId, ...(page.after !== undefined && { id: { lt: page.after } }) },
      orderBy: { id: 'desc' },
      take: page.limit + 1,
      select: accessTokenColumns,
    });
    const shown = rows.slice(0, page.limit).map(toAccessTokenView);
    const newer = await tx.accessToken.findMany({
      where: { tenantId, replacesId: { in: shown.map(({ id }) => id) } },
      select: { replacesId: true },
    });
    const replaced = new Set(newer.map(({ replacesId }) => replacesId));
    const items = shown.map((token) => ({ ...token, isReplaced: replaced.has(token.id) }));
    return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
  });
}
