import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { Problem } from '#core/problem.js';
import type { Principal } from '#domain/access-tokens/principal.js';
import { admitPerson } from '#domain/people/admit-person.js';
import { payForLogin } from '../../http/pay-for-login.js';
import { asWork, type Work } from '../../http/as-work.js';
import { noteProblem, requestStateOf } from '../../http/request-state.js';
import { toProblem } from '../../http/problem-responses.js';
import type { SignInFlow } from '../../openid/identity-provider.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { limitSignIns } from '../session/limit-sign-ins.js';
import { safeReturnPath } from '../session/return-path.js';
import { signsInAgain } from '../session/recent-sign-in.js';
import { beginFlow, takeFlow } from '../session/sign-in-flow.js';
import { links, providerPaths } from '../view-models/links.js';
import { dashboardStateOf } from './dashboard-state.js';
import { letIn } from './let-in.js';
import { sendSignInPage } from './sign-in.js';

type People = NonNullable<DashboardDeps['people']>;

/** Signing in through the identity provider: there and back. Without one there are no such addresses. */
export function providerSignInPages(deps: DashboardDeps): Router {
  const router = Router({ caseSensitive: true });
  const { people } = deps;
  if (!people) return router;
  router.get(providerPaths.begin, asWork(goToProvider(deps, people)));
  router.get(providerPaths.callback, asWork(comeBack(deps, people)));
  return router;
}

/**
 * Read, not posted: a form that leads to another site is stopped by our Content-Security-Policy. So that a link elsewhere
 * neither ends a session nor begins one, whoever is signed in stays so unless they have to sign in again, and who comes from
 * another site has to click here.
 */
function goToProvider(deps: DashboardDeps, people: People): Work {
  return async (request, response) => {
    const returnTo = safeReturnPath(request.query['returnTo']);
    const { session } = dashboardStateOf(response);
    const isAgain = signsInAgain(deps, request, session);
    if (session && !isAgain) return response.redirect(303, returnTo);
    if (comesFromElsewhere(request))
      return response.redirect(303, links.login({ returnTo, again: isAgain ? '1' : '' }));
    try {
      const flow = await beginFlow(deps, response, { returnTo, isAgain });
      response.redirect(303, await people.provider.authorizationUrl(flow));
    } catch (error) {
      deps.cookies.clear(response, 'flow');
      await explain(deps, { request, response }, { error, returnTo });
    }
  };
}

/** `none` is an address that was typed, or a bookmark; older browsers say nothing (Fetch Metadata, `Sec-Fetch-Site`). */
function comesFromElsewhere(request: Request): boolean {
  return !['same-origin', 'none'].includes(request.get('sec-fetch-site') ?? 'none');
}

function comeBack(deps: DashboardDeps, people: People): Work {
  return async (request, response) => {
    const taken = await takeFlow(deps, request, response);
    const returnTo = taken?.returnTo ?? links.overview();
    try {
      if (!taken) throw noFlow(deps, request);
      const query = new URL(request.originalUrl, 'http://dashboard.invalid').searchParams.toString();
      const { principal, signedInAt } = await admit(deps, people, { request, response }, { flow: taken.flow, query });
      requestStateOf(response).caller = { principal, tenant: principal.tenant };
      await letIn(deps, { request, response }, { principal, signedInAt });
    } catch (error) {
      return explain(deps, { request, response }, { error, returnTo });
    }
    response.redirect(303, returnTo);
  };
}

/** Who comes back, as long as neither they nor their address come too often: each time is audited, also when it is a refusal. */
async function admit(
  deps: DashboardDeps,
  { provider, rules }: People,
  { request, response }: { request: Request; response: Response },
  { flow, query }: { flow: SignInFlow; query: string },
): Promise<{ principal: Principal; signedInAt: Date | null }> {
  const paid = await payForLogin(deps.buckets, request.ip);
  try {
    const { identity, signedInAt, weakness } = await provider.identify(flow, query);
    const person = createHash('sha256').update(`${identity.issuer}\n${identity.subject}`).digest('base64url');
    await limitSignIns(deps, `person:${person}`);
    const origin = { address: request.ip ?? null, requestId: requestStateOf(response).requestId };
    const principal = await admitPerson(deps, { identity, weakness, rules, origin });
    await paid.giveBack();
    return { principal, signedInAt };
  } catch (error) {
    // That the provider is away is nobody's guess.
    if (toProblem(error).status >= 500) await paid.giveBack();
    throw error;
  }
}

/** Whoever follows somebody else's address, or comes back twice. */
function noFlow({ cookies }: DashboardDeps, request: Request): Problem {
  const detail =
    cookies.isSecure && request.get('cookie') === undefined
      ? 'Your browser sent no cookie. Here they need HTTPS (or localhost), and have to be allowed.'
      : 'This sign-in was not begun in this browser, was used already, or took too long. Sign in again.';
  return new Problem('sign-in-failed', { detail });
}

/** On the sign-in page, from which to try again. What is no fault of the sign-in is a page of its own. */
async function explain(
  deps: DashboardDeps,
  { request, response }: { request: Request; response: Response },
  { error, returnTo }: { error: unknown; returnTo: string },
): Promise<void> {
  const problem = toProblem(error);
  noteProblem(response, problem);
  if (problem.status === 500) throw error;
  requestStateOf(response).logger.warn({ err: problem.cause ?? problem, code: problem.code }, 'sign-in refused');
  if (problem.retryAfterSecs !== undefined) response.set('Retry-After', String(problem.retryAfterSecs));
  const notice = { title: problem.title, text: problem.detail ?? '' };
  await sendSignInPage(deps, { request, response }, { status: problem.status, error: null, notice, returnTo });
}
