import type { Grantor } from '#domain/access-tokens/assert-may-grant.js';

/** Whoever manages tokens in the tenant that they act in: a caller of the API, or a visitor of the dashboard. */
export function grantorOf({ role }: Pick<Grantor, 'role'>, tenant: Grantor['tenant']): Grantor {
  return { role, tenant };
}
