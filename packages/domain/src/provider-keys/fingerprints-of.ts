import type { SecretString } from '#core/secret-string.js';
import { fingerprint } from '#crypto/fingerprint.js';
import type { TenantDataKeys } from './tenant-data-keys.js';

/**
 * A secret's fingerprint under the data key that seals from now on, and under all there are: while a data key is being
 * replaced, some of the tenant's secrets have theirs still under the old one.
 */
export function fingerprintsOf(
  dataKeys: TenantDataKeys,
  tenantId: string,
  secret: SecretString,
): { current: Uint8Array<ArrayBuffer>; all: Uint8Array<ArrayBuffer>[] } {
  return {
    current: fingerprint(dataKeys.current(), tenantId, secret.reveal()),
    all: dataKeys.all().map((dataKey) => fingerprint(dataKey, tenantId, secret.reveal())),
  };
}
