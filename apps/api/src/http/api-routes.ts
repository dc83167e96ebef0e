import { type RequestHandler, Router } from 'express';
import { Problem } from '#core/problem.js';
import { type AccessRole, roleAllows } from '#domain/access-tokens/access-role.js';
import type { Access, Route } from './define-route.js';
import { readJsonBody } from './read-json-body.js';
import { requestStateOf } from './request-state.js';
import { runRoute } from './run-route.js';

/** Each route is served under the versioned prefix and, as people's scripts know them, at the root. */
const prefixes = ['/api/v1', ''];

export interface RouteGuards {
  /** Fills in the caller, or why there is none. */
  authenticate: RequestHandler;
  limitRate: RequestHandler;
}

/** The table of routes as an Express router. Another method on a known path is a 405 that says which there are. */
export function apiRoutes(routes: readonly Route[], guards: RouteGuards): Router {
  const router = Router({ caseSensitive: true });
  for (const prefix of prefixes) {
    for (const route of routes) {
      const guarded = [
        ...(route.speaksOpenAi ? [speakOpenAi] : []),
        ...admit(route.access, guards),
        readJsonBody(route.bodyLimitBytes),
      ];
      router[route.method](prefix + route.path, ...guarded, runRoute(route));
    }
    for (const path of new Set(routes.map((route) => route.path))) {
      const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
      router.all(prefix + path, guards.limitRate, refuseMethod(methods));
    }
  }
  return router;
}

const speakOpenAi: RequestHandler = (_request, response, next) => {
  requestStateOf(response).speaksOpenAi = true;
  next();
};

/** Who is refused counts towards a rate limit as well, hence the limit between knowing the caller and judging them. */
function admit(access: Access, guards: RouteGuards): RequestHandler[] {
  if (access === 'public') return [guards.limitRate];
  return [guards.authenticate, guards.limitRate, requireRole(access)];
}

function requireRole(needed: AccessRole): RequestHandler {
  return (_request, response, next) => {
    const { caller, refusal } = requestStateOf(response);
    if (!caller) throw refusal ?? new Error('a route that needs a role is authenticated first');
    if (!roleAllows(caller.principal.role, needed)) {
      const detail = `This needs the role “${needed}”; this token has “${caller.principal.role}”.`;
      throw new Problem('forbidden', { detail });
    }
    next();
  };
}

function refuseMethod(methods: string[]): RequestHandler {
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  return (_request, response) => {
    response.set('Allow', allowed);
    throw new Problem('method-not-allowed', { detail: `This address answers ${allowed}.` });
  };
}
