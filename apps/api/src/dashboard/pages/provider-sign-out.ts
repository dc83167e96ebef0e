import { Router } from 'express';
import { unscopedSignOutPerson } from '#domain/people/unscoped-sign-out-person.js';
import { asWork, type Work } from '../../http/as-work.js';
import { payForLogin } from '../../http/pay-for-login.js';
import { problemResponses, toProblem } from '../../http/problem-responses.js';
import { requestStateOf } from '../../http/request-state.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { providerPaths } from '../view-models/links.js';
import { readForm, stringsOf } from './read-form.js';

/**
 * Where the identity provider's server, and no browser, says that somebody left it: their sessions end, in every tenant
 * (OpenID Connect Back-Channel Logout 1.0 §2.5). Without a provider there is no such address.
 */
export function providerSignOut(deps: DashboardDeps): Router {
  const router = Router({ caseSensitive: true });
  const { people } = deps;
  if (people) router.post(providerPaths.signOut, readForm(), asWork(signOut(deps, people)), problemResponses);
  return router;
}

/** As many as leave at once are signed out; how often an address is refused is limited. */
function signOut(deps: DashboardDeps, { provider }: NonNullable<DashboardDeps['people']>): Work {
  return async (request, response) => {
    const paid = await payForLogin(deps.buckets, request.ip);
    try {
      const identity = await provider.whoLeft(stringsOf(request.body)['logout_token'] ?? '');
      const origin = { address: request.ip ?? null, requestId: requestStateOf(response).requestId };
      await unscopedSignOutPerson(deps, { identity, origin, exceptIn: null });
    } catch (error) {
      if (toProblem(error).status >= 500) await paid.giveBack();
      throw error;
    }
    await paid.giveBack();
    response.status(200).end();
  };
}
