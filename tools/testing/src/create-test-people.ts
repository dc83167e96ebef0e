import { type Clock, systemClock } from '#core/clock.js';
import { createOutboundFetch } from '#outbound/create-outbound-fetch.js';
import type { AppDeps } from '../../../apps/api/src/app-deps.js';
import { createPeople } from '../../../apps/api/src/openid/create-people.js';
import { readOpenIdSettings } from '../../../apps/api/src/openid/openid-settings.js';
import type { TestIdentityProvider } from './test-identity-provider.js';

/**
 * How people sign in through this provider to the installation that is registered there.
 * @param environment what its variables say besides where the provider is
 * @param clock by which tokens are judged; default: the real one, as the provider has no other
 */
export function createTestPeople(
  { issuer, clientId, clientSecret, publicUrl }: TestIdentityProvider,
  environment: Record<string, string>,
  clock: Clock = systemClock,
): NonNullable<AppDeps['people']> {
  const { settings, faults } = readOpenIdSettings({
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    PUBLIC_URL: publicUrl,
    ...environment,
  });
  if (!settings) throw new Error(faults.join());
  return createPeople({ fetch: createOutboundFetch({ allow: ['127.0.0.1'], requireTls: true }), clock }, settings);
}
