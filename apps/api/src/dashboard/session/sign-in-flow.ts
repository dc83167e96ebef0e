import { createHmac, type KeyObject } from 'node:crypto';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import type { SignInFlow } from '../../openid/identity-provider.js';
import { safeReturnPath } from './return-path.js';
import type { Cookies } from './signed-cookies.js';

/** How long somebody may take at the identity provider. */
const keptMs = 10 * 60_000;

const claimsSchema = z.object({ flowId: z.uuid(), returnTo: z.string(), isAgain: z.boolean() });

interface FlowDeps {
  cookies: Cookies;
  clock: Clock;
  sessionKey: KeyObject;
}

/** Begins a sign-in at the provider, known to this browser alone. One that it began before is forgotten. */
export async function beginFlow(
  { cookies, clock, sessionKey }: FlowDeps,
  response: Response,
  { returnTo, isAgain }: { returnTo: string; isAgain: boolean },
): Promise<SignInFlow> {
  const flowId = newId();
  const expiresAt = new Date(clock.now().getTime() + keptMs);
  await cookies.write(response, 'flow', { claims: { flowId, returnTo, isAgain }, expiresAt });
  return { ...secretsOf(sessionKey, flowId), isAgain };
}

/** The sign-in that this browser began, once: reading takes it away. Null when it began none, or too long ago. */
export async function takeFlow(
  { cookies, sessionKey }: FlowDeps,
  request: Request,
  response: Response,
): Promise<{ flow: SignInFlow; returnTo: string } | null> {
  const claims = claimsSchema.safeParse(await cookies.read(request, 'flow')).data;
  if (!claims) return null;
  cookies.clear(response, 'flow');
  const { flowId, returnTo, isAgain } = claims;
  return { flow: { ...secretsOf(sessionKey, flowId), isAgain }, returnTo: safeReturnPath(returnTo) };
}

/** Made from the id in the cookie, which is readable: so nothing secret is in it, and nothing has to be kept here. */
function secretsOf(key: KeyObject, flowId: string): Omit<SignInFlow, 'isAgain'> {
  const derive = (purpose: string) => createHmac('sha256', key).update(`${purpose}\n${flowId}`).digest('base64url');
  return { state: derive('state'), nonce: derive('nonce'), codeVerifier: derive('code-verifier') };
}
