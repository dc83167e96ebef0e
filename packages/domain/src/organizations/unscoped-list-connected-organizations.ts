import type { Database } from '#db/database.js';
import { isConnectedSql } from './organization.js';

export interface ConnectedOrganization {
  tenantId: string;
  tenantSlug: string;
  organizationId: string;
}

/** Every connected organization of every active tenant. */
export function unscopedListConnectedOrganizations(deps: { db: Database }): Promise<ConnectedOrganization[]> {
  return deps.db.unscoped.$queryRaw<ConnectedOrganization[]>`
    SELECT o.tenant_id AS "tenantId", t.slug AS "tenantSlug", o.id AS "organizationId"
    FROM organization o
      JOIN provider_key k ON k.tenant_id = o.tenant_id AND k.id = o.provider_key_id
      JOIN tenant t ON t.id = o.tenant_id
    WHERE ${isConnectedSql} AND t.status = 'active'
    ORDER BY t.slug, o.id`;
}
