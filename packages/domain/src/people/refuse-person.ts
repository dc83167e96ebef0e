import type { Problem } from '#core/problem.js';
import { withTenant } from '#db/with-tenant.js';
import { recordAudit } from '../audit/record-audit.js';
import { platformSlug, type Tenant } from '../tenants/tenant.js';
import { unscopedFindTenantBySlug } from '../tenants/unscoped-find-tenant-by-slug.js';
import type { AdmitDeps, Origin } from './admit-deps.js';
import type { Identity } from './identity.js';

/**
 * Writes down that somebody was not let in, in the tenant that they would belong to, else in the one that the installation
 * is run from. Returns the problem, to be thrown.
 */
export async function refusePerson(
  deps: AdmitDeps,
  { identity, origin, problem, tenant }: { identity: Identity; origin: Origin; problem: Problem; tenant?: Tenant },
): Promise<Problem> {
  const { issuer, subject, name } = identity;
  const home = tenant ?? (await unscopedFindTenantBySlug(deps, platformSlug));
  if (!home) return problem;
  const actor = { kind: 'person', id: null, name, ...origin } as const;
  await withTenant(deps.db, home.id, (tx) =>
    recordAudit(tx, { ...deps, actor }, home.id, {
      action: 'person.refuse',
      subject: { kind: 'person', id: subject, name },
      after: { code: problem.code, issuer, subject },
    }),
  );
  return problem;
}
