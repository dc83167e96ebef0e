import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import { createDataKey } from '#crypto/data-key.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { isUniqueViolation } from '#db/is-unique-violation.js';
import { withTenant } from '#db/with-tenant.js';
import { type Tenant, tenantColumns, toTenant } from './tenant.js';

export interface NewTenant {
  slug: string;
  name: string;
  /** IANA name. Default UTC. */
  reportingTimeZone?: string;
}

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Makes a tenant together with the key that seals its secrets, both or neither.
 * @throws Problem `invalid-request` for a slug that is malformed or taken, or an unknown time zone
 */
export async function createTenant(
  deps: { db: Database; ring: MasterKeyRing; clock: Clock },
  input: NewTenant,
): Promise<Tenant> {
  const reportingTimeZone = input.reportingTimeZone ?? 'UTC';
  if (!slugPattern.test(input.slug)) throw refuse('slug', 'A slug has 1 to 63 lower-case letters, digits and hyphens.');
  if (!isTimeZone(reportingTimeZone)) throw refuse('reportingTimeZone', 'This time zone is unknown; use an IANA name.');
  const id = newId();
  const createdAt = deps.clock.now();
  const dataKey = createDataKey(deps.ring, id);
  try {
    return await withTenant(deps.db, id, async (tx) => {
      const row = await tx.tenant.create({
        data: { id, slug: input.slug, name: input.name, reportingTimeZone, createdAt },
        select: tenantColumns,
      });
      await tx.tenantDataKey.create({
        data: {
          tenantId: id,
          id: dataKey.id,
          wrappedKey: dataKey.wrapped,
          masterKeyId: deps.ring.primary.id,
          createdAt,
        },
      });
      return toTenant(row);
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw refuse('slug', `There is a tenant “${input.slug}” already.`, error);
    throw error;
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // a RangeError is how Intl says no
  }
}

function refuse(field: string, detail: string, cause?: unknown): Problem {
  return new Problem('invalid-request', { detail, fields: { [field]: detail }, cause });
}
