import type { Request, RequestHandler } from 'express';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import type { Principal } from '#domain/access-tokens/principal.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { unscopedFindOpenTenant } from '#domain/tenants/unscoped-find-open-tenant.js';
import type { Authenticator } from './authenticator.js';
import { type Caller, requestStateOf } from './request-state.js';

/**
 * Fills in the caller from `X-API-Key: …` or `Authorization: Bearer …`, and the tenant from `X-Tenant` where a platform
 * administrator names one; or else the refusal, which is thrown once the rate limit has counted the request.
 */
export function authenticate(deps: { db: Database; authenticator: Authenticator }): RequestHandler {
  return async (request, response, next) => {
    const state = requestStateOf(response);
    try {
      state.caller = await findCaller(deps, request);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      state.refusal = error;
    }
    next();
  };
}

async function findCaller(deps: { db: Database; authenticator: Authenticator }, request: Request): Promise<Caller> {
  const token = tokenOf(request);
  if (token === null) {
    const detail = 'Send an access token as “X-API-Key: …” or “Authorization: Bearer …”.';
    throw new Problem('unauthenticated', { detail });
  }
  const principal = await deps.authenticator.authenticate(token, { address: request.ip });
  return { principal, tenant: await tenantFor(deps, principal, request.get('x-tenant')) };
}

function tokenOf(request: Request): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1];
  return request.get('x-api-key')?.trim() || bearer || null;
}

async function tenantFor(deps: { db: Database }, principal: Principal, slug: string | undefined): Promise<Tenant> {
  if (slug === undefined || slug === principal.tenant.slug) return principal.tenant;
  // The same answer whether or not there is such a tenant.
  if (principal.role !== 'platform-admin') {
    const detail = 'Only a platform administrator may name another tenant in X-Tenant.';
    throw new Problem('forbidden', { detail, who: { tokenId: principal.id, tenantId: principal.tenant.id } });
  }
  const tenant = await unscopedFindOpenTenant(deps, { slug, holder: principal });
  if (!tenant) throw new Problem('not-found', { detail: 'There is no tenant with the slug in X-Tenant.' });
  return tenant;
}
