import { SecretString } from '#core/secret-string.js';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { open, sealedWith } from '#crypto/open.js';
import { secretPlace } from './secret-place.js';
import type { TenantDataKeys } from './tenant-data-keys.js';

/**
 * Opens one stored key, just before it goes into a request to OpenAI. The only place where a stored secret is opened.
 * @throws CannotOpenError when it was altered, moved, deleted, or sealed under a master key that is not here
 */
export function openProviderKey(
  dataKeys: TenantDataKeys,
  row: { tenantId: string; id: string; sealedSecret: Uint8Array | null },
): SecretString {
  if (!row.sealedSecret) throw new CannotOpenError();
  const dataKey = dataKeys.find(sealedWith(row.sealedSecret));
  return new SecretString(open(dataKey, secretPlace(row.tenantId, row.id), row.sealedSecret));
}
