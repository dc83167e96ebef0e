import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import type { Database } from '#db/database.js';
import type { Principal } from '#domain/access-tokens/principal.js';
import { recordEndedSession } from '#domain/access-tokens/record-ended-session.js';
import { unscopedFindPrincipal } from '#domain/access-tokens/unscoped-find-principal.js';
import { isBackgroundRequest } from './is-background-request.js';
import type { Cookies } from './signed-cookies.js';

export interface SessionDeps {
  db: Database;
  clock: Clock;
  cookies: Cookies;
}

export interface Session {
  /** Made at sign-in and kept to the end: what forms are bound to. */
  id: string;
  principal: Principal;
  /** No cookie of this session holds longer. */
  endsAt: Date;
}

const hourMs = 3_600_000;
/** However busy it is, a session ends after this. */
const longestMs = 12 * hourMs;
/** And after this without use. */
const idleMs = 2 * hourMs;
/** A session in use gets a new cookie, with a new id and a new end, no more often than this. */
const renewAfterMs = 15 * 60_000;

/** Ids only: who they stand for is looked up at each request, so that a revoked token ends its sessions at once. */
const claimsSchema = z.object({
  sid: z.uuid(),
  jti: z.uuid(),
  tokenId: z.uuid(),
  tenantId: z.uuid(),
  /** Milliseconds since the epoch. */
  signedInAt: z.int(),
  issuedAt: z.int(),
});

type Claims = z.infer<typeof claimsSchema>;

/** Begins a session under a new id, whatever session the browser had before. */
export async function beginSession(deps: SessionDeps, response: Response, principal: Principal): Promise<void> {
  const now = deps.clock.now().getTime();
  const { id: tokenId, tenant } = principal;
  await writeSession(deps, response, { sid: newId(), tokenId, tenantId: tenant.id, signedInAt: now });
  deps.cookies.clear(response, 'visitor');
}

/**
 * The session of this request; null when there is none that still holds, and then its cookie is cleared. Renews the cookie
 * of a session in use.
 * @throws Problem `tenant-suspended`, with the cookie cleared
 */
export async function resumeSession(deps: SessionDeps, request: Request, response: Response): Promise<Session | null> {
  const claims = claimsSchema.safeParse(await deps.cookies.read(request, 'session')).data;
  if (!claims) return null;
  let principal: Principal | null = null;
  try {
    principal = await unscopedFindPrincipal(deps, { ...claims, id: claims.sid });
  } finally {
    if (!principal) deps.cookies.clear(response, 'session');
  }
  if (!principal) return null;
  // A page that refreshes itself in a forgotten tab is no use of the session.
  if (isOld(claims, deps.clock.now()) && !isBackgroundRequest(request)) await writeSession(deps, response, claims);
  return { id: claims.sid, principal, endsAt: new Date(claims.signedInAt + longestMs) };
}

/** Signs out: the browser forgets its cookie, and copies of it are refused from now on. */
export async function endSession(deps: SessionDeps, response: Response, session: Session): Promise<void> {
  await recordEndedSession(deps, session.principal.tenant.id, session);
  deps.cookies.clear(response, 'session');
}

function isOld({ issuedAt }: Claims, now: Date): boolean {
  return now.getTime() - issuedAt >= renewAfterMs;
}

async function writeSession(
  { clock, cookies }: SessionDeps,
  response: Response,
  { sid, tokenId, tenantId, signedInAt }: Omit<Claims, 'jti' | 'issuedAt'>,
): Promise<void> {
  const issuedAt = clock.now().getTime();
  await cookies.write(response, 'session', {
    claims: { sid, jti: newId(), tokenId, tenantId, signedInAt, issuedAt },
    expiresAt: new Date(Math.min(issuedAt + idleMs, signedInAt + longestMs)),
  });
}
