import type { Database } from '#db/database.js';
import { unscopedFindTenantBySlug } from '#domain/tenants/unscoped-find-tenant-by-slug.js';
import type { DashboardState } from './dashboard-state.js';
import type { Reader } from './page-route.js';

/** The tenant that a public dashboard shows. */
const publicSlug = 'default';

/** Who reads: the holder of the session, or, on a public dashboard, anybody; null when nobody may. */
export async function findReader(
  deps: { db: Database; settings: { dashboardPublic: boolean } },
  { session, lookedAt }: DashboardState,
): Promise<Reader | null> {
  if (session) {
    const { tenant, role, name } = session.principal;
    return { tenant: lookedAt ?? tenant, viewer: { role, tokenName: name } };
  }
  if (!deps.settings.dashboardPublic) return null;
  const tenant = await unscopedFindTenantBySlug(deps, publicSlug);
  return tenant?.status === 'active' ? { tenant, viewer: { role: 'viewer', tokenName: null } } : null;
}
