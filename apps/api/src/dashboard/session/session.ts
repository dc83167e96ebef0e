import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '#core/clock.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import type { Principal } from '#domain/access-tokens/principal.js';
import type { Actor } from '#domain/audit/actor.js';
import { beginSession } from '#domain/sessions/begin-session.js';
import { endSession } from '#domain/sessions/end-session.js';
import { unscopedResumeSession } from '#domain/sessions/unscoped-resume-session.js';
import type { AppDeps } from '../../app-deps.js';
import { toProblem } from '../../http/problem-responses.js';
import { requestStateOf } from '../../http/request-state.js';
import { forgetSession } from './forget-session.js';
import { isBackgroundRequest } from './is-background-request.js';
import type { Cookies } from './signed-cookies.js';

export interface SessionDeps {
  db: Database;
  ring: MasterKeyRing;
  clock: Clock;
  cookies: Cookies;
  people: AppDeps['people'];
}

export interface Session {
  /** Made at sign-in and kept to the end: what forms are bound to. */
  id: string;
  principal: Principal;
  /** When they last proved who they are, to the second; null when an identity provider did not tell. */
  signedInAt: Date | null;
}

interface Exchange {
  request: Request;
  response: Response;
}

/**
 * Ids, and when their holder proved who they are: who that is is looked up at each request, so that a revoked token ends its
 * sessions at once. The cookies of earlier versions say nothing of when.
 */
const claimsSchema = z.object({ sid: z.uuid(), tenantId: z.uuid(), auth_time: z.number().nullish() });

/** Signs in under a new session, whose id is answered, whatever session the browser had before: that one is ended. */
export async function enterSession(
  deps: SessionDeps,
  { request, response }: Exchange,
  { principal, signedInAt, before }: Omit<Session, 'id'> & { before: Session | null },
): Promise<string> {
  if (before) await leaveSession(deps, { request, response }, before);
  const place = { address: request.ip ?? null, userAgent: request.get('user-agent') ?? null };
  const { id, endsAt } = await beginSession(
    { ...deps, actor: actorFor({ request, response }, principal) },
    principal,
    place,
  );
  await deps.cookies.write(response, 'session', {
    claims: {
      sid: id,
      tenantId: principal.tenant.id,
      auth_time: signedInAt && Math.floor(signedInAt.getTime() / 1000),
    },
    expiresAt: endsAt,
  });
  deps.cookies.clear(response, 'visitor');
  return id;
}

/**
 * The session of this request; null when there is none that still holds, and then its cookie is cleared.
 * @throws Problem `tenant-suspended`, with the cookie cleared
 */
export async function resumeSession(deps: SessionDeps, { request, response }: Exchange): Promise<Session | null> {
  const claims = claimsSchema.safeParse(await deps.cookies.read(request, 'session')).data;
  if (!claims) return null;
  const { sid: id, tenantId, auth_time: secs = null } = claims;
  // A page that refreshes itself in a forgotten tab is no use of the session.
  const use = { isByPerson: !isBackgroundRequest(request), address: request.ip ?? null };
  try {
    const holder = await unscopedResumeSession(deps, { id, tenantId }, use);
    const principal = holder && isLetIn(deps, holder) ? holder : null;
    if (!principal) forgetSession(deps, response);
    return principal && { id, principal, signedInAt: secs === null ? null : new Date(secs * 1000) };
  } catch (error) {
    // A database that could not be asked has not said that it is over.
    if (toProblem(error).status < 500) forgetSession(deps, response);
    throw error;
  }
}

/**
 * Who signed in before the settings were what they are is out where these let nobody in like that any more: with a token, when
 * people come through the provider alone; through another provider than theirs; with a role that no rule gives in that tenant.
 */
function isLetIn({ people }: SessionDeps, { kind, issuer, role, tenant }: Principal): boolean {
  if (kind === 'token') return !people?.isOnlyWay;
  if (!people || issuer === undefined || !isSameIssuer(issuer, people.provider.issuer)) return false;
  return people.rules.some((rule) => rule.tenantSlug === tenant.slug && rule.role === role);
}

/** As in discovery, where a slash after the host makes no difference. */
function isSameIssuer(one: string, other: string): boolean {
  return new URL(one).href === new URL(other).href;
}

/** Signs out: the browser forgets its cookie, and copies of it are refused from now on. */
export async function leaveSession(deps: SessionDeps, exchange: Exchange, session: Session): Promise<void> {
  const { id, principal } = session;
  const actor = actorFor(exchange, principal);
  await endSession({ ...deps, actor }, principal.tenant.id, { id, holderName: principal.name });
  forgetSession(deps, exchange.response);
}

/** Signing in and out is of one's own tenant, wherever else one acts. */
function actorFor({ request, response }: Exchange, { kind, id, name }: Principal): Actor {
  return { kind, id, name, address: request.ip ?? null, requestId: requestStateOf(response).requestId };
}
