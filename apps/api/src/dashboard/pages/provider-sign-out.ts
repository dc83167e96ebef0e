import { type Request, Router } from 'express';
import { Problem } from '#core/problem.js';
import { unscopedSignOutPerson } from '#domain/people/unscoped-sign-out-person.js';
import { asWork, type Work } from '../../http/as-work.js';
import { addressGroup } from '../../http/limit-rate.js';
import { problemResponses, toProblem } from '../../http/problem-responses.js';
import { requestStateOf } from '../../http/request-state.js';
import type { BucketPolicy } from '../../http/token-buckets.js';
import type { IdentityProvider } from '../../openid/identity-provider.js';
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

/** Ten refusals of an address at once, then one every six seconds: nobody fills the log with them. */
const refusals: BucketPolicy = { burst: 10, perMinute: 10 };

/**
 * As many as leave at once are signed out, whatever else came from where they come from: providers share addresses with others,
 * and do not say it twice. How often an address is refused is limited, apart from signing in.
 */
function signOut(deps: DashboardDeps, { provider }: NonNullable<DashboardDeps['people']>): Work {
  return async (request, response) => {
    const identity = await whoLeft(deps, request, provider);
    const origin = { address: request.ip ?? null, requestId: requestStateOf(response).requestId };
    await unscopedSignOutPerson(deps, { identity, origin, exceptIn: null });
    response.status(200).end();
  };
}

async function whoLeft(
  { buckets }: DashboardDeps,
  request: Request,
  provider: IdentityProvider,
): ReturnType<IdentityProvider['whoLeft']> {
  try {
    return await provider.whoLeft(stringsOf(request.body)['logout_token'] ?? '');
  } catch (error) {
    if (toProblem(error).status >= 500) throw error;
    const { allowed, nextTokenMs } = await buckets.take(`refused-logouts:${addressGroup(request.ip)}`, refusals);
    if (allowed) throw error;
    const retryAfterSecs = Math.ceil(nextTokenMs / 1000);
    const detail = `Too many logout tokens from your address were refused. Try again in ${retryAfterSecs} s.`;
    throw new Problem('rate-limited', { detail, retryAfterSecs });
  }
}
