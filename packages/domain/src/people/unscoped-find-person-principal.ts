import type { Database } from '#db/database.js';
import type { AccessRole } from '../access-tokens/access-role.js';
import type { Principal } from '../access-tokens/principal.js';
import { judgedTenantColumns, refuseClosedTenant } from '../tenants/refuse-closed-tenant.js';
import { toTenant } from '../tenants/tenant.js';

/**
 * The person of a session, with the role of their last sign-in; null when there is none.
 * @throws Problem `tenant-suspended`, `tenant-deleted`
 */
export async function unscopedFindPersonPrincipal(
  { db }: { db: Database },
  { tenantId, personId }: { tenantId: string; personId: string },
): Promise<Principal | null> {
  const [person, tenant] = await Promise.all([
    db.unscoped.person.findUnique({
      where: { tenantId_id: { tenantId, id: personId } },
      select: { id: true, issuer: true, name: true, role: true },
    }),
    db.unscoped.tenant.findUnique({ where: { id: tenantId }, select: judgedTenantColumns }),
  ]);
  if (!person || !tenant) return null;
  refuseClosedTenant(tenant, { holder: { kind: 'person', id: person.id }, isMember: true });
  return {
    kind: 'person',
    id: person.id,
    name: person.name,
    role: person.role as AccessRole,
    tenant: toTenant(tenant),
    issuer: person.issuer,
  };
}
