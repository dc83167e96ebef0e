import { Prisma } from '#db/rows.js';
import { refuseClosedTenant } from '../tenants/refuse-closed-tenant.js';
import type { Tenant } from '../tenants/tenant.js';
import type { AccessRole } from './access-role.js';

/** Who is asking: an access token, or a person whom the identity provider vouched for; and the tenant they belong to. */
export interface Principal {
  kind: 'token' | 'person';
  /** Of the token or the person. */
  id: string;
  name: string;
  role: AccessRole;
  tenant: Tenant;
  /** Who vouched for a person; a token has none. */
  issuer?: string;
}

/** `SELECT … FROM …` of the rows that `toPrincipal` reads; the token is `a`, its tenant `t`. */
export const selectPrincipal = Prisma.sql`
  SELECT a.id::text, a.tenant_id::text, a.name AS token_name, a.role, a.expires_at, a.revoked_at, a.last_used_at,
    t.slug, t.name AS tenant_name, t.reporting_time_zone, t.status AS tenant_status,
    t.suspended_reason, t.purge_at
  FROM access_token a JOIN tenant t ON t.id = a.tenant_id`;

export interface PrincipalRow {
  id: string;
  tenant_id: string;
  token_name: string;
  role: string;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  slug: string;
  tenant_name: string;
  reporting_time_zone: string;
  tenant_status: string;
  suspended_reason: string | null;
  purge_at: Date | null;
}

/**
 * Null when the token is revoked or has expired.
 * @throws Problem `tenant-suspended`, `tenant-deleted` when the token is good and its tenant is not
 */
export function toPrincipal(row: PrincipalRow, now: Date): Principal | null {
  if (row.revoked_at !== null) return null;
  if (row.expires_at !== null && row.expires_at <= now) return null;
  refuseClosedTenant(
    { id: row.tenant_id, status: row.tenant_status, suspendedReason: row.suspended_reason, purgeAt: row.purge_at },
    { holder: { kind: 'token', id: row.id }, isMember: true },
  );
  return {
    kind: 'token',
    id: row.id,
    name: row.token_name,
    role: row.role as AccessRole,
    tenant: {
      id: row.tenant_id,
      slug: row.slug,
      name: row.tenant_name,
      reportingTimeZone: row.reporting_time_zone,
      status: 'active',
    },
  };
}
