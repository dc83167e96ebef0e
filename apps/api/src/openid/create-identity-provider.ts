import * as client from 'openid-client';
import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import { recentSignInMs } from '#domain/sessions/session.js';
import type { OutboundFetch } from '#outbound/create-outbound-fetch.js';
import { findWeakness, type RequiredStrength } from './find-weakness.js';
import type { IdentityProvider, SignInFlow } from './identity-provider.js';
import type { OpenIdSettings } from './openid-settings.js';
import { createLogoutTokenReader } from './create-logout-token-reader.js';
import { createProviderConfiguration } from './provider-configuration.js';
import { readAuthTime } from './read-auth-time.js';
import { subjectSchema } from './subject-schema.js';
import { toAwayProblem } from './to-away-problem.js';
import { toIdentity } from './to-identity.js';
import { toSignInProblem } from './to-sign-in-problem.js';

/**
 * The OpenID provider of the settings, by the authorization code flow with PKCE (RFC 9700 §2.1). Asks nothing before it is
 * used.
 * @param callbackUrl exactly as it is registered with the provider
 */
export function createIdentityProvider(
  deps: { fetch: OutboundFetch; clock: Clock },
  settings: OpenIdSettings,
  { callbackUrl, signedOutUrl }: { callbackUrl: string; signedOutUrl: string },
): IdentityProvider {
  const name = new URL(settings.issuer).host;
  const configuration = createProviderConfiguration(deps, settings);
  const readLogoutToken = createLogoutTokenReader(deps, settings.clientId);

  const withProvider = async <Answer>(
    ask: (found: client.Configuration) => Promise<Answer>,
    toProblem = toSignInProblem,
  ): Promise<Answer> => {
    try {
      return await ask(await configuration());
    } catch (error) {
      throw error instanceof Problem ? error : toProblem(error, name);
    }
  };

  return {
    name,
    issuer: settings.issuer,
    authorizationUrl: (flow) =>
      withProvider(async (found) => {
        const url = client.buildAuthorizationUrl(found, {
          redirect_uri: callbackUrl,
          scope: settings.scopes,
          state: flow.state,
          nonce: flow.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(flow.codeVerifier),
          code_challenge_method: 'S256',
          ...strengthAsked(settings),
          ...(flow.isAgain && askedAnew),
        });
        return url.href;
      }),
    identify: (flow, query) =>
      withProvider(async (found) => {
        const url = new URL(`${callbackUrl}?${query}`);
        const { claims, more } = await claimsOf(found, settings, { flow, url, provider: name });
        const { iss: issuer, sub: subject } = claims;
        const now = deps.clock.now();
        return {
          identity: toIdentity([claims, more], { issuer, subject, groupsClaim: settings.groupsClaim }),
          signedInAt: readAuthTime(claims, now),
          weakness: findWeakness(claims, demandedOf(flow, settings), { now, provider: name }),
        };
      }),
    // Whatever the provider says of itself is no fault of the token.
    whoLeft: (logoutToken) =>
      withProvider((found) => readLogoutToken(found.serverMetadata(), logoutToken), toAwayProblem),
    async signOutUrl() {
      try {
        const found = await configuration();
        if (found.serverMetadata().end_session_endpoint === undefined) return null;
        return client.buildEndSessionUrl(found, { post_logout_redirect_uri: signedOutUrl }).href;
      } catch {
        return null; // who has signed out here is not kept for it
      }
    },
  };
}

function noSubject(provider: string): Problem {
  const detail = `${provider} tells you apart by a name that cannot be kept. Tell who runs this installation.`;
  return new Problem('sign-in-failed', { detail });
}

/** A wish, which the provider may pass over: `findWeakness` looks at what became of it. Nothing asks for `amr`. */
function strengthAsked({ requiredAcr, maxAgeSecs }: OpenIdSettings): Record<string, string> {
  return {
    ...(requiredAcr.length > 0 && { acr_values: requiredAcr.join(' ') }),
    ...(maxAgeSecs !== null && { max_age: String(maxAgeSecs) }),
  };
}

/** That the provider asks who they are, whatever it remembers of them (OpenID Connect Core 1.0 §3.1.2.1). A wish as well. */
const askedAnew = { prompt: 'login', max_age: '0' };

/** Who signs in again shows that it was recent, also where the settings demand no more than the provider does. */
function demandedOf({ isAgain }: SignInFlow, settings: OpenIdSettings): RequiredStrength {
  if (!isAgain) return settings;
  return { ...settings, maxAgeSecs: Math.min(settings.maxAgeSecs ?? Infinity, recentSignInMs / 1000) };
}

/**
 * What the ID token says, and the userinfo endpoint besides. The token request names the address of the callback once more:
 * the library takes it from `url`, less its query.
 */
async function claimsOf(
  configuration: client.Configuration,
  settings: OpenIdSettings,
  { flow, url, provider }: { flow: SignInFlow; url: URL; provider: string },
): Promise<{ claims: client.IDToken; more: Readonly<Record<string, unknown>> }> {
  const tokens = await client.authorizationCodeGrant(configuration, url, {
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    pkceCodeVerifier: flow.codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new Error('an ID token was expected');
  if (!subjectSchema.safeParse(claims.sub).success) throw noSubject(provider);
  const isAllTold = claims['email'] !== undefined && claims[settings.groupsClaim] !== undefined;
  const asksMore = !isAllTold && configuration.serverMetadata().userinfo_endpoint !== undefined;
  const more = asksMore ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
  return { claims, more };
}
