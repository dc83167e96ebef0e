import type { Database } from '#db/database.js';
import type { Tenant } from './tenant.js';

/** Looks across tenants: whoever calls it decides whether the caller may know the answer. */
export async function unscopedFindTenantBySlug(deps: { db: Database }, slug: string): Promise<Tenant | null> {
  const [row] = await deps.db.unscopedReader.$queryRaw<Tenant[]>`
    SELECT id::text, slug, name, reporting_time_zone AS "reportingTimeZone", status FROM tenant WHERE slug = ${slug}`;
  return row ?? null;
}
