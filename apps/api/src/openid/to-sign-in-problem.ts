import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { Problem } from '#core/problem.js';
import { toAwayProblem } from './to-away-problem.js';

/** Codes of the library for a provider that does not answer, or not as one. */
const away = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON']);

/** What went wrong between us and the provider, in words for the person who wanted to sign in; the rest is for the log. */
export function toSignInProblem(cause: unknown, provider: string): Problem {
  const failed = (detail: string) => new Problem('sign-in-failed', { detail, cause });
  if (cause instanceof AuthorizationResponseError) return failed(whatProviderSaid(cause.error, provider));
  if (cause instanceof ResponseBodyError) {
    return cause.error === 'invalid_client'
      ? failed(`${provider} does not know this installation’s client id or secret. Tell who runs it.`)
      : failed('This sign-in was used already, or took too long. Sign in again.');
  }
  if (cause instanceof ClientError && cause.code !== undefined && !away.has(cause.code)) {
    return failed(`What ${provider} sent cannot be believed, so nobody was signed in. Sign in again.`);
  }
  return toAwayProblem(cause, provider);
}

/** Codes are repeated, descriptions not: they are anybody's text. */
function whatProviderSaid(code: string, provider: string): string {
  if (code === 'access_denied') return `You were not signed in at ${provider}, or did not let it tell who you are.`;
  const shown = /^[a-z_]{1,50}$/.test(code) ? code : 'an error';
  return `${provider} answered “${shown}”. Sign in again; if it stays so, tell who runs this installation.`;
}
