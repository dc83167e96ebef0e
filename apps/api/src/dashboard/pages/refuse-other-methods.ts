import { type RequestHandler, Router } from 'express';
import { Problem } from '#core/problem.js';
import type { PageRoute } from './page-route.js';

/** What is only posted to, such as “test now”, says so to whoever reloads its address. */
export function refuseOtherMethods(routes: readonly PageRoute[]): Router {
  const router = Router({ caseSensitive: true });
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    router.all(path, refuse([...methods, ...(methods.includes('GET') ? ['HEAD'] : [])]));
  }
  return router;
}

function refuse(methods: string[]): RequestHandler {
  return (_request, response) => {
    response.set('Allow', methods.join(', '));
    throw new Problem('method-not-allowed', {
      detail: 'This address is the target of a button. Go back and press it.',
    });
  };
}
