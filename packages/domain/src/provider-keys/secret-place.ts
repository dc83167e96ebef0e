import type { SealedPlace } from '#crypto/sealed-place.js';

/** What a provider key's secret is bound to; moved to any other row or tenant it does not open. */
export function secretPlace(tenantId: string, providerKeyId: string): SealedPlace {
  return { tenantId, rowId: providerKeyId, field: 'provider_key.sealed_secret' };
}
