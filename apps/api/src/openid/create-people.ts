import type { Clock } from '#core/clock.js';
import type { OutboundFetch } from '#outbound/create-outbound-fetch.js';
import type { AppDeps } from '../app-deps.js';
import { dashboardPath, links, providerPaths } from '../dashboard/view-models/links.js';
import { createIdentityProvider } from './create-identity-provider.js';
import type { OpenIdSettings } from './openid-settings.js';

/** How people sign in, as the settings say: the addresses are those that the provider has to be told of this installation. */
export function createPeople(
  deps: { fetch: OutboundFetch; clock: Clock },
  settings: OpenIdSettings,
): NonNullable<AppDeps['people']> {
  const callbackUrl = settings.publicUrl + dashboardPath + providerPaths.callback;
  const signedOutUrl = settings.publicUrl + links.login();
  const provider = createIdentityProvider(deps, settings, { callbackUrl, signedOutUrl });
  return { provider, rules: settings.rules, isOnlyWay: settings.isOnlyWay };
}
