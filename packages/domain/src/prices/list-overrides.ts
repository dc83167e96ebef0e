import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { listActiveOverrides, type NotedOverride } from './select-overrides.js';

/** A tenant's own prices and discounts, the oldest first; those that were removed are left out. */
export function listOverrides(deps: { db: Database }, tenantId: string): Promise<NotedOverride[]> {
  return withTenant(deps.db, tenantId, listActiveOverrides);
}
