import { type Request, type RequestHandler, type Response, Router } from 'express';
import { Problem } from '#core/problem.js';
import { admitPerson } from '#domain/people/admit-person.js';
import { requestStateOf } from '../../http/request-state.js';
import { toProblem } from '../../http/problem-responses.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { safeReturnPath } from '../session/return-path.js';
import { enterSession } from '../session/session.js';
import { beginFlow, takeFlow } from '../session/sign-in-flow.js';
import { links, providerPaths } from '../view-models/links.js';
import { dashboardStateOf } from './dashboard-state.js';
import { sendSignInPage } from './sign-in.js';

type People = NonNullable<DashboardDeps['people']>;

/** Signing in through the identity provider: there and back. Without one there are no such addresses. */
export function providerSignInPages(deps: DashboardDeps): Router {
  const router = Router({ caseSensitive: true });
  const { people } = deps;
  if (!people) return router;
  router.get(providerPaths.begin, goToProvider(deps, people));
  router.get(providerPaths.callback, comeBack(deps, people));
  return router;
}

/**
 * Read, not posted: a form that leads to another site is stopped by our Content-Security-Policy. So that a link elsewhere
 * neither ends a session nor begins one, whoever is signed in stays so, and who comes from another site has to click here.
 */
function goToProvider(deps: DashboardDeps, people: People): RequestHandler {
  return async (request, response) => {
    const returnTo = safeReturnPath(request.query['returnTo']);
    if (dashboardStateOf(response).session) return response.redirect(303, returnTo);
    if (comesFromElsewhere(request)) return response.redirect(303, links.login({ returnTo }));
    try {
      const flow = await beginFlow(deps, response, returnTo);
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

function comeBack(deps: DashboardDeps, people: People): RequestHandler {
  return async (request, response) => {
    const taken = await takeFlow(deps, request, response);
    const returnTo = taken?.returnTo ?? links.overview();
    try {
      if (!taken) throw noFlow(deps, request);
      const query = new URL(request.originalUrl, 'http://dashboard.invalid').searchParams.toString();
      const identity = await people.provider.identify(taken.flow, query);
      const origin = { address: request.ip ?? null, requestId: requestStateOf(response).requestId };
      const principal = await admitPerson(deps, { identity, rules: people.rules, origin });
      requestStateOf(response).caller = { principal, tenant: principal.tenant };
      const { session: before } = dashboardStateOf(response);
      await enterSession(deps, { request, response }, { principal, before });
    } catch (error) {
      return explain(deps, { request, response }, { error, returnTo });
    }
    response.redirect(303, returnTo);
  };
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
  requestStateOf(response).problem = problem;
  if (problem.status === 500) throw error;
  requestStateOf(response).logger.warn({ err: problem.cause ?? problem, code: problem.code }, 'sign-in refused');
  if (problem.retryAfterSecs !== undefined) response.set('Retry-After', String(problem.retryAfterSecs));
  const notice = { title: problem.title, text: problem.detail ?? '' };
  await sendSignInPage(deps, { request, response }, { status: problem.status, error: '', notice, returnTo });
}
