import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import type { Reader } from '#db/reader.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { type ProbeCounts, readProbeCounts } from '../probes/read-probe-counts.js';
import { type ProviderKeyRow, type ProviderKeyView, selectProviderKey, toProviderKeyView } from './provider-key.js';

interface KeysPage {
  items: ProviderKeyView[];
  next: string | null;
}

/**
 * One page of a tenant's keys, oldest first, with the probes of each in the time that is asked about. `next` is the `after`
 * of the following page, null on the last.
 */
export async function listProviderKeys(
  deps: { db: Database },
  tenantId: string,
  { probed, ...page }: { after?: string | undefined; limit: number; probed: { from: Date; to: Date } },
): Promise<KeysPage & { counts: Map<string, ProbeCounts> }> {
  return withTenantSnapshot(deps.db, tenantId, async (reader) => {
    const { items, next } = await readPage(reader, tenantId, page);
    const counts = await readProbeCounts(reader, tenantId, { providerKeyIds: items.map(({ id }) => id), ...probed });
    return { items, next, counts };
  });
}

async function readPage(
  reader: Reader,
  tenantId: string,
  page: { after?: string | undefined; limit: number },
): Promise<KeysPage> {
  const rows = await reader.$queryRaw<ProviderKeyRow[]>`
    ${selectProviderKey} FROM provider_key
    WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL
      ${page.after === undefined ? Prisma.empty : Prisma.sql`AND id > ${page.after}::uuid`}
    ORDER BY id LIMIT ${page.limit + 1}`;
  const items = rows.slice(0, page.limit).map(toProviderKeyView);
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}
