import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { providerKeyColumns, type ProviderKeyView, toProviderKeyView } from './provider-key.js';

/** One page of a tenant's keys, oldest first. `next` is the `after` of the following page, null on the last. */
export async function listProviderKeys(
  deps: { db: Database },
  tenantId: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ items: ProviderKeyView[]; next: string | null }> {
  const rows = await withTenant(deps.db, tenantId, (tx) =>
    tx.providerKey.findMany({
      where: { tenantId, deletedAt: null, ...(page.after !== undefined && { id: { gt: page.after } }) },
      orderBy: { id: 'asc' },
      take: page.limit + 1,
      select: providerKeyColumns,
    }),
  );
  const items = rows.slice(0, page.limit).map(toProviderKeyView);
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}
