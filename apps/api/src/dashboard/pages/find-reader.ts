import type { Database } from '#db/database.js';
import { platformSlug } from '#domain/tenants/tenant.js';
import { unscopedFindTenantBySlug } from '#domain/tenants/unscoped-find-tenant-by-slug.js';
import type { DashboardState } from './dashboard-state.js';
import type { Reader } from './page-route.js';

/** Who reads: the holder of the session; on a public dashboard, which is the platform's, anybody; null when nobody may. */
export async function findReader(
  deps: { db: Database; settings: { dashboardPublic: boolean } },
  { session, lookedAt }: DashboardState,
): Promise<Reader | null> {
  if (session) {
    const { tenant, role, name } = session.principal;
    return { tenant: lookedAt ?? tenant, viewer: { role, name } };
  }
  if (!deps.settings.dashboardPublic) return null;
  const tenant = await unscopedFindTenantBySlug(deps, platformSlug);
  return tenant?.status === 'active' ? { tenant, viewer: { role: 'viewer', name: null } } : null;
}
