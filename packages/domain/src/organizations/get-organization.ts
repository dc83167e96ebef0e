import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { organizationViews, type OrganizationView } from './organization.js';

/** @throws Problem `not-found`, the same for an absent and another tenant's organization */
export async function getOrganization(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  id: string,
): Promise<OrganizationView> {
  const [row] = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<OrganizationView[]>`
      ${organizationViews(deps.clock.now())} WHERE o.tenant_id = ${tenantId}::uuid AND o.id = ${id}::uuid`,
  );
  if (!row) throw organizationNotFound();
  return row;
}

export function organizationNotFound(): Problem {
  return new Problem('not-found', { detail: 'There is no such organization.' });
}
