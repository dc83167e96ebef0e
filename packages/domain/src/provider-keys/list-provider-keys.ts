import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type ProbeCounts, readProbeCounts } from '../probes/read-probe-counts.js';
import { providerKeyColumns, type ProviderKeyView, toProviderKeyView } from './provider-key.js';

interface KeysPage {
  items: ProviderKeyView[];
  next: string | null;
}

/**
 * One page of a tenant's keys, oldest first, with the probes of each in the time that is asked about. `next` is the `after`
 * of the following page, null on the last. One transaction, as it is asked for often.
 */
export async function listProviderKeys(
  deps: { db: Database },
  tenantId: string,
  { probed, ...page }: { after?: string | undefined; limit: number; probed: { from: Date; to: Date } },
): Promise<KeysPage & { counts: Map<string, ProbeCounts> }> {
  return withTenant(deps.db, tenantId, async (tx) => {
    const { items, next } = await readPage(tx, tenantId, page);
    const counts = await readProbeCounts(tx, tenantId, { providerKeyIds: items.map(({ id }) => id), ...probed });
    return { items, next, counts };
  });
}

async function readPage(
  tx: Tx,
  tenantId: string,
  page: { after?: string | undefined; limit: number },
): Promise<KeysPage> {
  const rows = await tx.providerKey.findMany({
    where: { tenantId, deletedAt: null, ...(page.after !== undefined && { id: { gt: page.after } }) },
    orderBy: { id: 'asc' },
    take: page.limit + 1,
    select: providerKeyColumns,
  });
  const items = rows.slice(0, page.limit).map(toProviderKeyView);
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}
