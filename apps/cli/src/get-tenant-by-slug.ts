import type { Database } from '#db/database.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { unscopedFindTenantBySlug } from '#domain/tenants/unscoped-find-tenant-by-slug.js';
import { CommandError } from './command.js';

/** The tenant that somebody named on the command line. @throws CommandError when there is none */
export async function getTenantBySlug(deps: { db: Database }, slug: string): Promise<Tenant> {
  const tenant = await unscopedFindTenantBySlug(deps, slug);
  if (!tenant)
    throw new CommandError(`There is no tenant “${slug}”. Settings, “All tenants”, lists them by these names.`);
  return tenant;
}
