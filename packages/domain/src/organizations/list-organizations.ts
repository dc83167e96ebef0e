import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { organizationViews, type OrganizationView } from './organization.js';

/**
 * One page of a tenant's organizations, oldest first, those without a key too. `next` is the `after` of the following
 * page, null on the last.
 */
export async function listOrganizations(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  page: { after?: string | undefined; limit: number } = { limit: 200 },
): Promise<{ items: OrganizationView[]; next: string | null }> {
  const after = page.after === undefined ? Prisma.empty : Prisma.sql`AND o.id > ${page.after}::uuid`;
  const rows = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<OrganizationView[]>`
      ${organizationViews(deps.clock.now())}
      WHERE o.tenant_id = ${tenantId}::uuid ${after} ORDER BY o.id LIMIT ${page.limit + 1}`,
  );
  const items = rows.slice(0, page.limit);
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}
