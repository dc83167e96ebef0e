import * as client from 'openid-client';
import type { Clock } from '#core/clock.js';
import type { OutboundFetch } from '#outbound/create-outbound-fetch.js';
import type { OpenIdSettings } from './openid-settings.js';

/** Of each question to the provider. */
const deadlineSecs = 5;

/** What a provider says of itself is asked for again after this. */
const keptMs = 3_600_000;

/** A provider that could not be asked is left alone for this long, however many people try to sign in. */
const restMs = 5_000;

/**
 * What the provider says of itself (OpenID Connect Discovery 1.0), asked for when it is first needed, and again when it
 * failed or is an hour old. Many askers are one question.
 */
export function createProviderConfiguration(
  deps: { fetch: OutboundFetch; clock: Clock },
  settings: OpenIdSettings,
): () => Promise<client.Configuration> {
  let asked: { answer: Promise<client.Configuration>; at: number; isFailed: boolean } | null = null;
  return () => {
    const now = deps.clock.now().getTime();
    if (asked && now - asked.at < (asked.isFailed ? restMs : keptMs)) return asked.answer;
    const question = { answer: discover(deps.fetch, settings), at: now, isFailed: false };
    question.answer.catch(() => void (question.isFailed = true));
    asked = question;
    return question.answer;
  };
}

async function discover(fetch: OutboundFetch, settings: OpenIdSettings): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret } = settings;
  const server = new URL(issuer);
  const configuration = await client.discovery(server, clientId, undefined, authenticateWith(clientSecret.reveal()), {
    [client.customFetch]: (url, options) => fetch(url, options as RequestInit),
    timeout: deadlineSecs,
    // Only on loopback: the settings refuse it elsewhere.
    execute: server.protocol === 'http:' ? [client.allowInsecureRequests] : [],
  });
  // The answer of the token endpoint comes over TLS, and its signature is checked all the same.
  client.enableNonRepudiationChecks(configuration);
  return configuration;
}

/** As the provider likes it; Basic is what OpenID Connect Core 1.0 §9 assumes when it does not say. */
function authenticateWith(secret: string): client.ClientAuth {
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = methods.includes('client_secret_basic') ? client.ClientSecretBasic : client.ClientSecretPost;
    authenticate(secret)(server, ...rest);
  };
}
