import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import type { SubjectOfIssuer } from '#domain/people/identity.js';
import type { OutboundFetch } from '#outbound/create-outbound-fetch.js';
import { toleranceSecs } from './read-auth-time.js';
import { subjectSchema } from './subject-schema.js';

/** A provider that could not be asked for its keys is left alone for this long, however many tokens come: anybody can send one. */
const restMs = 5_000;

/** As much as it needs to get here; who finds one later gets nothing for it (OpenID Connect Back-Channel Logout 1.0 §4). */
const longestLifeSecs = 120;

const claimsSchema = z.object({
  sub: subjectSchema,
  jti: z.string(),
  events: z.object({ 'http://schemas.openid.net/event/backchannel-logout': z.record(z.string(), z.unknown()) }),
  // What has one is an ID token.
  nonce: z.never().optional(),
});

/** Of what a provider says of itself. */
interface Provider {
  issuer: string;
  jwks_uri?: string | undefined;
}

type ReadLogoutToken = (provider: Provider, token: string) => Promise<SubjectOfIssuer>;

/**
 * Reads logout tokens as OpenID Connect Back-Channel Logout 1.0 §2.6 demands: signed with a key that the provider publishes, of its
 * issuer and for this client, fresh, typed as what it is, and of nobody's sign-in. One that names a session there and no
 * person is refused, as sessions there are not kept here.
 * @throws Problem `invalid-request`; whatever kept the provider from being asked for its keys
 */
export function createLogoutTokenReader(
  { fetch, clock }: { fetch: OutboundFetch; clock: Clock },
  clientId: string,
): ReadLogoutToken {
  const ask = restAfterFailure({ fetch, clock });
  let known: { uri: string; keys: JWTVerifyGetKey } | null = null;
  const keysOf = ({ jwks_uri: uri }: Provider): JWTVerifyGetKey => {
    if (uri === undefined) throw new Error('the provider names no keys');
    known = known?.uri === uri ? known : { uri, keys: createRemoteJWKSet(new URL(uri), { [customFetch]: ask }) };
    return known.keys;
  };

  return async (provider, token) => {
    try {
      const { payload } = await jwtVerify(token, keysOf(provider), {
        issuer: provider.issuer,
        audience: clientId,
        typ: 'logout+jwt',
        maxTokenAge: longestLifeSecs,
        clockTolerance: toleranceSecs,
        currentDate: clock.now(),
      });
      return { issuer: provider.issuer, subject: claimsSchema.parse(payload).sub };
    } catch (cause) {
      if (!isRefusal(cause)) throw cause;
      const detail = 'This is no logout token of the identity provider for this installation, or too old a one.';
      throw new Problem('invalid-request', { detail, cause });
    }
  };
}

/** What the token is to blame for, and not the provider's keys, which could not be read. */
function isRefusal(error: unknown): boolean {
  if (error instanceof z.ZodError) return true;
  const isAway = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  // The bare class is an answer that is no JSON.
  return error instanceof errors.JOSEError && !isAway && error.constructor !== errors.JOSEError;
}

/** Keys that are known already go on being taken meanwhile. */
function restAfterFailure({ fetch, clock }: { fetch: OutboundFetch; clock: Clock }): OutboundFetch {
  let failure: { error: unknown; at: number } | null = null;
  return async (input, init) => {
    const now = clock.now().getTime();
    if (failure && now - failure.at < restMs) throw failure.error;
    try {
      const answer = await fetch(input, init);
      if (answer.status !== 200)
        throw new Error(`the provider answered ${answer.status} when it was asked for its keys`);
      return answer;
    } catch (error) {
      failure = { error, at: now };
      throw error;
    }
  };
}
