import { type Request, type RequestHandler, type Response, Router } from 'express';
import { Problem } from '#core/problem.js';
import { asWork, type Work } from '../../http/as-work.js';
import { noteProblem, requestStateOf } from '../../http/request-state.js';
import { toProblem } from '../../http/problem-responses.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { assertOwnForm } from '../session/assert-own-form.js';
import { formSubject, visitorSubject } from '../session/form-subject.js';
import { formToken } from '../session/form-token.js';
import { limitSignIns } from '../session/limit-sign-ins.js';
import { safeReturnPath } from '../session/return-path.js';
import { hasRecentSignIn, signsInAgain } from '../session/recent-sign-in.js';
import { leaveSession } from '../session/session.js';
import { ensureVisitor, findVisitor } from '../session/visitor.js';
import { loginPage } from '../view-models/bare-pages.js';
import { links } from '../view-models/links.js';
import { dashboardStateOf } from './dashboard-state.js';
import { letIn } from './let-in.js';
import { readForm, stringsOf } from './read-form.js';
import { themeOf, writeTheme } from './theme.js';

/** What is open to everybody: signing in and out, and the choice of a theme. */
export function signInPages(deps: DashboardDeps): Router {
  const router = Router();
  router.get('/login', showSignIn(deps));
  router.post('/login', readForm(), asWork(signIn(deps)));
  router.post('/logout', readForm(), asWork(signOut(deps)));
  router.post('/theme', readForm(), switchTheme(deps));
  return router;
}

function showSignIn(deps: DashboardDeps): RequestHandler {
  return async (request, response) => {
    const returnTo = safeReturnPath(request.query['returnTo']);
    const { session } = dashboardStateOf(response);
    if (session && !signsInAgain(deps, request, session)) response.redirect(303, returnTo);
    else {
      const hasSignedOut = request.query['signedOut'] !== undefined;
      await sendSignInPage(deps, { request, response }, { status: 200, error: null, returnTo, hasSignedOut });
    }
  };
}

/** Signs in under a new session, also when there was one already. Every refusal is the same form, saying why. */
function signIn(deps: DashboardDeps): Work {
  return async (request, response) => {
    const form = stringsOf(request.body);
    const returnTo = safeReturnPath(form['returnTo']);
    try {
      await assertOwnVisit(deps, request, { response, form });
      if (deps.people?.isOnlyWay) throw noTokens(deps.people);
      const token = form['token']?.trim() ?? '';
      if (token === '') throw new Problem('invalid-request', { detail: 'Paste your access token.' });
      const principal = await deps.authenticator.authenticate(token, { address: request.ip });
      requestStateOf(response).caller = { principal, tenant: principal.tenant };
      await limitSignIns(deps, `token:${principal.id}`);
      await letIn(deps, { request, response }, { principal, signedInAt: deps.clock.now() });
    } catch (error) {
      const problem = toProblem(error);
      noteProblem(response, problem);
      if (problem.status >= 500) throw error;
      if (problem.retryAfterSecs !== undefined) response.set('Retry-After', String(problem.retryAfterSecs));
      const why = { title: problem.title, text: whyNot(deps, request, problem) };
      return sendSignInPage(deps, { request, response }, { status: problem.status, error: why, returnTo });
    }
    response.redirect(303, returnTo);
  };
}

function noTokens({ provider }: NonNullable<DashboardDeps['people']>): Problem {
  const detail = `Access tokens do not open the dashboard here. Sign in with ${provider.name}.`;
  return new Problem('sign-in-refused', { detail });
}

function whyNot({ cookies }: DashboardDeps, request: Request, problem: Problem): string {
  if (problem.code === 'invalid-access-token') return 'This access token is unknown, was revoked, or has expired.';
  if (problem.code === 'csrf-rejected' && cookies.isSecure && request.get('cookie') === undefined) {
    return 'Your browser sent no cookie. Here they need HTTPS (or localhost), and have to be allowed.';
  }
  if (problem.code === 'csrf-rejected') return 'This page was open for too long. Please send it again.';
  return problem.detail ?? problem.title;
}

function signOut(deps: DashboardDeps): Work {
  return async (request, response) => {
    await assertOwnVisit(deps, request, { response, form: stringsOf(request.body) });
    const { session } = dashboardStateOf(response);
    if (session) await leaveSession(deps, { request, response }, session);
    response.redirect(303, session?.principal.kind === 'person' ? links.signedOut() : links.login());
  };
}

function switchTheme(deps: DashboardDeps): RequestHandler {
  return async (request, response) => {
    const form = stringsOf(request.body);
    await assertOwnVisit(deps, request, { response, form });
    writeTheme(deps.cookies, response, form['theme']);
    response.redirect(303, safeReturnPath(form['returnTo']));
  };
}

/**
 * Signing in and out and the theme are of the browser, whichever tenant is looked into.
 * @throws Problem `csrf-rejected`
 */
async function assertOwnVisit(
  deps: DashboardDeps,
  request: Request,
  { response, form }: { response: Response; form: Record<string, string> },
): Promise<void> {
  const { session } = dashboardStateOf(response);
  assertOwnForm(deps, request, { holder: session ? session.id : await findVisitor(deps, request), form });
}

interface Words {
  title: string;
  text: string;
}

interface SignInWords {
  status: number;
  /** What is wrong with the form that was sent; stands at its field, and where no token is taken on its own. */
  error: Words | null;
  returnTo: string;
  notice?: Words;
  hasSignedOut?: boolean;
}

async function signOutElsewhere({ people }: DashboardDeps): Promise<{ signOutUrl: string } | null> {
  const signOutUrl = await people?.provider.signOutUrl();
  return signOutUrl ? { signOutUrl } : null;
}

/** `returnTo` may be anything that a browser said; only an address of the dashboard is kept. */
export async function sendSignInPage(
  deps: DashboardDeps,
  { request, response }: { request: Request; response: Response },
  { status, error, returnTo, notice, hasSignedOut }: SignInWords,
): Promise<void> {
  const { session, lookedAt } = dashboardStateOf(response);
  const subject = session
    ? formSubject(session, lookedAt)
    : visitorSubject(await ensureVisitor(deps, request, response));
  const takesTokens = !deps.people?.isOnlyWay;
  const model = loginPage({
    theme: themeOf(request),
    error: (takesTokens && error?.text) || '',
    csrfToken: formToken(deps.sessionKey, subject),
    returnTo: safeReturnPath(returnTo),
    isPublic: deps.settings.dashboardPublic,
    notice: notice ?? (takesTokens ? null : error),
    provider: deps.people?.provider.name ?? null,
    takesTokens,
    again: session && !hasRecentSignIn(deps, session) ? session.principal : null,
    signedOut: hasSignedOut ? await signOutElsewhere(deps) : null,
  });
  response.status(status).type('html').send(deps.renderer.render('login', model));
}
