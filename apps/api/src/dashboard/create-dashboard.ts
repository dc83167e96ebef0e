import { type RequestHandler, Router } from 'express';
import { deriveKey } from '#crypto/derive-key.js';
import type { CreateDashboard } from '../app.js';
import { requestStateOf } from '../http/request-state.js';
import type { DashboardDeps } from './dashboard-deps.js';
import { setDashboardState } from './pages/dashboard-state.js';
import { demandRecentSignIn } from './pages/demand-recent-sign-in.js';
import { pageRoutes } from './pages/page-routes.js';
import { noSuchPage, problemPages } from './pages/problem-page.js';
import { providerSignInPages } from './pages/provider-sign-in.js';
import { providerSignOut } from './pages/provider-sign-out.js';
import { refuseOtherMethods } from './pages/refuse-other-methods.js';
import { runPage } from './pages/run-page.js';
import { signInPages } from './pages/sign-in.js';
import { createPublicFiles } from './public-files.js';
import { createRenderer } from './render.js';
import { findLookedAtTenant } from './session/looked-at-tenant.js';
import { resumeSession } from './session/session.js';
import { createSignedCookies } from './session/signed-cookies.js';
import { dashboardPath } from './view-models/links.js';

/** The pages for people, below `/dashboard`. Reads the templates, so that a broken one stops the start. */
export const createDashboard: CreateDashboard = (given) => {
  // Another master key ends all sessions, which is right: it is as if the installation were another one.
  const sessionKey = deriveKey(given.ring.primary, 'session-signing', 32);
  const secure = given.settings.httpsOnly;
  const files = createPublicFiles(`${dashboardPath}/assets`);
  const renderer = createRenderer(files);
  const cookies = createSignedCookies({ key: sessionKey, clock: given.clock, secure });
  const deps: DashboardDeps = { ...given, renderer, cookies, sessionKey };

  const router = Router({ caseSensitive: true });
  router.get('/', (_request, response) => response.redirect(302, dashboardPath));
  router.use(files.base, files.serve);
  router.use(dashboardPath, pages(deps));
  return { pages: router, path: dashboardPath, problemPages: problemPages(deps) };
};

function pages(deps: DashboardDeps): Router {
  const routes = demandRecentSignIn(deps, pageRoutes(deps));
  const router = Router({ caseSensitive: true });
  router.use(keepToReader, providerSignOut(deps), identify(deps), deps.limitRate);
  router.use(signInPages(deps), providerSignInPages(deps));
  for (const route of routes) router[route.method](route.path, ...runPage(deps, route));
  router.use(refuseOtherMethods(routes));
  router.use(noSuchPage);
  return router;
}

const keepToReader: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'private, no-store');
  next();
};

/** Before the rate limit, so that each reader has one of their own. A cookie that we did not sign costs no query. */
function identify(deps: DashboardDeps): RequestHandler {
  return async (request, response, next) => {
    const session = await resumeSession(deps, { request, response });
    const lookedAt = session && (await findLookedAtTenant(deps, { request, response }, session));
    setDashboardState(response, { session, lookedAt });
    if (session) {
      const { principal } = session;
      requestStateOf(response).caller = { principal, tenant: lookedAt ?? principal.tenant };
    }
    next();
  };
}
