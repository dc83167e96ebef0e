import { newId } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { isUniqueViolation } from '#db/is-unique-violation.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { createTenantDataKey } from '../master-key/create-tenant-data-key.js';
import { toTimeZone } from './to-time-zone.js';
import { findPlatformTenantId, recordForPlatform } from './record-tenant-change.js';
import { slugPattern, type Tenant, tenantColumns, toTenant } from './tenant.js';

export interface NewTenant {
  slug: string;
  name: string;
  /** IANA name. Default UTC. */
  reportingTimeZone?: string;
}

/**
 * Makes a tenant together with the key that seals its secrets, both or neither. That is audited in the platform's tenant,
 * as this one has no past yet; of the first tenant there is nobody whose deed it could be.
 * @throws Problem `invalid-request` for a slug that is malformed or taken, or an unknown time zone
 */
export async function createTenant(deps: AuditDeps & { db: Database }, input: NewTenant): Promise<Tenant> {
  const reportingTimeZone = toTimeZone(input.reportingTimeZone ?? 'UTC');
  if (!slugPattern.test(input.slug)) throw slugProblem('A slug has 1 to 63 lower-case letters, digits and hyphens.');
  const platformId = await findPlatformTenantId(deps);
  const id = newId();
  const createdAt = deps.clock.now();
  try {
    return await withTenant(deps.db, id, async (tx) => {
      const row = await tx.tenant.create({
        data: { id, slug: input.slug, name: input.name, reportingTimeZone, createdAt },
        select: tenantColumns,
      });
      await createTenantDataKey(tx, deps.ring, { tenantId: id, createdAt });
      const { slug, name } = input;
      const subject = { kind: 'tenant', id, name };
      await recordForPlatform(tx, deps, platformId, {
        action: 'tenant.create',
        subject,
        after: { slug, name, reportingTimeZone },
      });
      return toTenant(row);
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw slugProblem(`There is a tenant “${input.slug}” already.`, error);
    throw error;
  }
}

function slugProblem(detail: string, cause?: unknown): Problem {
  return new Problem('invalid-request', { field: 'slug', detail, cause });
}
