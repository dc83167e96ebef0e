import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { organizationViews, type OrganizationView } from './organization.js';

/** The organization that an admin key opens; null where it opens none yet, and for any other key. */
export async function findOrganizationOfKey(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  providerKeyId: string,
): Promise<OrganizationView | null> {
  const [row] = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<OrganizationView[]>`
      ${organizationViews(deps.clock.now())}
      WHERE o.tenant_id = ${tenantId}::uuid AND o.provider_key_id = ${providerKeyId}::uuid LIMIT 1`,
  );
  return row ?? null;
}
