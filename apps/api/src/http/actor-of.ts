import type { Request } from 'express';
import type { Actor } from '#domain/audit/actor.js';
import type { RequestState } from './request-state.js';

/** Whose deed a request is, as the audit keeps it; null for who is not signed in. */
export function actorOf(request: Request, { caller, requestId }: RequestState): Actor | null {
  if (!caller) return null;
  const { kind, id, name, tenant } = caller.principal;
  return { kind, id, name, home: { id: tenant.id, slug: tenant.slug }, address: request.ip ?? null, requestId };
}
