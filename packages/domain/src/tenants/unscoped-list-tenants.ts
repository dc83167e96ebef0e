import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { type TenantView, tenantViewColumns, toTenantView } from './tenant-view.js';

/** A tenant with how much it has. */
export interface ListedTenant extends TenantView {
  /** Keys that are stored. */
  keys: number;
  /** Tokens that are neither revoked nor expired. */
  tokens: number;
}

export interface TenantsQuery {
  /** Part of a slug or name, whatever its case. */
  search?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** One page of all tenants, by slug. `next` is the `after` of the following page, null on the last. */
export async function unscopedListTenants(
  deps: { db: Database; clock: Clock },
  { search, after, limit }: TenantsQuery,
): Promise<{ items: ListedTenant[]; next: string | null }> {
  const like = search ? ({ contains: search.replaceAll(/[\\%_]/g, '\\$&'), mode: 'insensitive' } as const) : undefined;
  const rows = await deps.db.unscoped.tenant.findMany({
    where: {
      ...(after !== undefined && { slug: { gt: after } }),
      ...(like && { OR: [{ slug: like }, { name: like }] }),
    },
    orderBy: { slug: 'asc' },
    take: limit + 1,
    select: tenantViewColumns,
  });
  const items = await countWhatTheyHave(deps, rows.slice(0, limit).map(toTenantView));
  return { items, next: rows.length > limit ? (items.at(-1)?.slug ?? null) : null };
}

async function countWhatTheyHave(deps: { db: Database; clock: Clock }, tenants: TenantView[]): Promise<ListedTenant[]> {
  const ids = tenants.map(({ id }) => id);
  const counts = await deps.db.unscoped.$queryRaw<{ id: string; keys: number; tokens: number }[]>`
    SELECT t.id::text,
      (SELECT count(*) FROM provider_key k WHERE k.tenant_id = t.id AND k.deleted_at IS NULL)::int AS keys,
      (SELECT count(*) FROM access_token a WHERE a.tenant_id = t.id AND a.revoked_at IS NULL
        AND (a.expires_at IS NULL OR a.expires_at > ${deps.clock.now()}::timestamptz))::int AS tokens
    FROM unnest(${ids}::uuid[]) AS t (id)`;
  const byId = new Map(counts.map((count) => [count.id, count]));
  return tenants.map((tenant) => {
    const { keys, tokens } = byId.get(tenant.id) ?? { keys: 0, tokens: 0 };
    return { ...tenant, keys, tokens };
  });
}
