import type { Request } from 'express';
import type { Actor } from '#domain/audit/actor.js';
import type { RequestState } from './request-state.js';

/**
 * Whose deed a request is, as the audit keeps it; null for who is not signed in. Who acts from another tenant is named
 * with it.
 */
export function actorOf(request: Request, { caller, requestId }: RequestState): Actor | null {
  if (!caller) return null;
  const { principal, tenant } = caller;
  const isAtHome = principal.tenant.id === tenant.id;
  return {
    kind: principal.kind,
    id: principal.id,
    name: isAtHome ? principal.name : `${principal.name} of ${principal.tenant.slug}`,
    address: request.ip ?? null,
    requestId,
  };
}
