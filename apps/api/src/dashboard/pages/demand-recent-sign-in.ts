import type { DashboardDeps } from '../dashboard-deps.js';
import { hasRecentSignIn } from '../session/recent-sign-in.js';
import { pathBefore } from '../session/return-path.js';
import { links } from '../view-models/links.js';
import type { Answer, PageRoute, Visit } from './page-route.js';

/**
 * These routes, of which those that need a recent sign-in send whoever has none to sign in again. Roles are asked before, and
 * whether a form is one of ours, so this tells nobody more than they would learn otherwise.
 */
export function demandRecentSignIn(deps: Pick<DashboardDeps, 'clock'>, routes: readonly PageRoute[]): PageRoute[] {
  const pages = new Set(routes.filter(({ method }) => method === 'get').map(({ path }) => path));
  return routes.map((route) => {
    if (!route.needsRecentSignIn) return route;
    const wayBack = pages.has(route.path) ? toItself : toWhereItWasPressed;
    return route.method === 'get'
      ? { ...route, handle: guard(deps, wayBack, (visit) => route.handle(visit)) }
      : { ...route, handle: guard(deps, wayBack, (visit) => route.handle(visit)) };
  });
}

/** The page of a form, also for the form itself, which has the same address: it is filled in anew. */
const toItself = ({ request }: Visit) => request.originalUrl;

/** A button has no page of its own. */
const toWhereItWasPressed = ({ request }: Visit) => pathBefore(request) ?? '';

function guard<Asked extends Visit>(
  deps: Pick<DashboardDeps, 'clock'>,
  wayBack: (visit: Visit) => string,
  handle: (visit: Asked) => Promise<Answer>,
): (visit: Asked) => Promise<Answer> {
  return async (visit) => {
    if (hasRecentSignIn(deps, visit.session)) return handle(visit);
    return { goTo: links.login({ returnTo: wayBack(visit), again: '1' }) };
  };
}
