import type { Grantor } from '#domain/access-tokens/assert-may-grant.js';
import type { Caller } from '../http/request-state.js';

/** The caller as whoever manages tokens in the tenant that they act in. */
export function grantorOf({ principal, tenant }: Caller): Grantor {
  return { role: principal.role, tenant };
}
