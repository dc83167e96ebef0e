import { Problem } from '#core/problem.js';
import { platformSlug } from '../tenants/tenant.js';
import { type AccessRole, roleAllows } from './access-role.js';

/** Who manages tokens, and in which tenant. */
export interface Grantor {
  role: AccessRole;
  tenant: { id: string; slug: string };
}

/**
 * Nobody gives or renews more than their own role, and a platform administrator is made in the platform's own
 * tenant alone: whoever may see the tokens of another tenant must not find one there that opens all of them.
 * @throws Problem `forbidden`
 */
export function assertMayGrant(grantor: Grantor, wanted: AccessRole): void {
  assertMayRevoke(grantor, wanted);
  if (wanted === 'platform-admin' && grantor.tenant.slug !== platformSlug) {
    const detail = `Platform administrators’ tokens are issued in the tenant “${platformSlug}” alone.`;
    throw new Problem('forbidden', { detail });
  }
}

/**
 * Nor takes it away.
 * @throws Problem `forbidden`
 */
export function assertMayRevoke({ role }: Grantor, held: AccessRole): void {
  if (roleAllows(role, held)) return;
  throw new Problem('forbidden', { detail: `Your role “${role}” cannot give or take away the role “${held}”.` });
}
