import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { roleAllows } from '#domain/access-tokens/access-role.js';
import type { Principal } from '#domain/access-tokens/principal.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { unscopedFindOpenTenant } from '#domain/tenants/unscoped-find-open-tenant.js';
import type { Session } from './session.js';
import type { Cookies } from './signed-cookies.js';

interface Deps {
  db: Database;
  clock: Clock;
  cookies: Cookies;
}

/** Longer than a session lasts: the session ends it. */
const keptMs = 24 * 3_600_000;

/** Bound to the session, so that the next one to sign in at this browser begins at home. */
const claimsSchema = z.object({ sid: z.uuid(), slug: z.string() });

/**
 * The tenant that a platform administrator looks into; null for everybody's own. Who they are stays what the session says:
 * the audit of the tenant that is looked at names them and where they come from.
 */
export async function findLookedAtTenant(
  deps: Deps,
  { request, response }: { request: Request; response: Response },
  { id, principal }: Session,
): Promise<Tenant | null> {
  if (!roleAllows(principal.role, accessTo.tenants.lookInto)) return null;
  const claims = claimsSchema.safeParse(await deps.cookies.read(request, 'tenant')).data;
  if (!claims || claims.sid !== id) return null;
  const tenant = await findOpen(deps, { slug: claims.slug, holder: principal });
  if (!tenant) stopLooking(deps, response);
  return tenant;
}

/** Forms of pages that were drawn before are refused from then on, as they may be of another tenant. */
export async function lookInto(deps: Deps, response: Response, { sid, slug }: { sid: string; slug: string }) {
  const expiresAt = new Date(deps.clock.now().getTime() + keptMs);
  await deps.cookies.write(response, 'tenant', { claims: { sid, slug }, expiresAt });
}

export function stopLooking({ cookies }: Pick<Deps, 'cookies'>, response: Response): void {
  cookies.clear(response, 'tenant');
}

/** One that was suspended or deleted meanwhile is looked into no more; what is then shown says whose it is. */
async function findOpen(deps: Deps, wanted: { slug: string; holder: Principal }): Promise<Tenant | null> {
  try {
    return await unscopedFindOpenTenant(deps, wanted);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}
