import { SecretString } from '#core/secret-string.js';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { open, sealedWith } from '#crypto/open.js';
import { secretPlace } from './secret-place.js';
import type { TenantDataKeys } from './tenant-data-keys.js';

interface SealedKey {
  tenantId: string;
  id: string;
  /** Null once the key was deleted. */
  sealedSecret: Uint8Array | null;
}

/**
 * Opens one stored key, just before it goes into a request to OpenAI. The only place where a stored secret is opened.
 * @throws CannotOpenError when it was altered, moved, deleted, or sealed under a master key that is not here
 */
export function openProviderKey(dataKeys: TenantDataKeys, row: SealedKey): SecretString {
  if (!row.sealedSecret) throw new CannotOpenError();
  const dataKey = dataKeys.find(sealedWith(row.sealedSecret));
  return new SecretString(open(dataKey, secretPlace(row.tenantId, row.id), row.sealedSecret));
}

/** The same for work that records a key which cannot be opened as what it found: null then. */
export function openProviderKeyIfPossible(dataKeys: TenantDataKeys, row: SealedKey): SecretString | null {
  try {
    return openProviderKey(dataKeys, row);
  } catch (error) {
    if (error instanceof CannotOpenError) return null;
    throw error;
  }
}
