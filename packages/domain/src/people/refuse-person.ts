import type { Problem } from '#core/problem.js';
import { withTenant } from '#db/with-tenant.js';
import { recordAudit } from '../audit/record-audit.js';
import { platformSlug } from '../tenants/tenant.js';
import type { TenantView } from '../tenants/tenant-view.js';
import { unscopedFindTenantBySlug } from '../tenants/unscoped-find-tenant-by-slug.js';
import type { AdmitDeps, Origin } from './admit-deps.js';
import type { Identity } from './identity.js';

/**
 * Writes down that somebody was not let in, in the tenant that they would belong to, else, as where its purge has begun, in
 * the one that the installation is run from. Returns the problem, to be thrown.
 */
export async function refusePerson(
  deps: AdmitDeps,
  { identity, origin, problem, tenant }: { identity: Identity; origin: Origin; problem: Problem; tenant?: TenantView },
): Promise<Problem> {
  const { issuer, subject, name } = identity;
  const isThere = tenant?.purgeBeganAt === null;
  const home = isThere ? tenant : await unscopedFindTenantBySlug(deps, platformSlug);
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
