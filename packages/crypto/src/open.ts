import type { DataKey } from './data-key.js';
import { readEnvelope, readKeyId } from './envelope.js';
import { placeParts, type SealedPlace } from './sealed-place.js';
import { uuidByteLength, uuidFromBytes, uuidToBytes } from './uuid-bytes.js';

/**
 * The secret that `seal` was given. Throws `CannotOpenError`, the same in every case, when a single bit was altered,
 * it was sealed for another tenant, row or field or by another key, or it is cut or of an unknown version.
 */
export function open(dataKey: DataKey, place: SealedPlace, sealed: Uint8Array): string {
  const bytes = readEnvelope(
    { key: dataKey.sealingKey, keyId: uuidToBytes(dataKey.id), boundTo: placeParts(place) },
    sealed,
  );
  try {
    return bytes.toString('utf8');
  } finally {
    bytes.fill(0);
  }
}

/**
 * The id of the data key to open it with. Not authenticated until `open` succeeds. Throws `CannotOpenError` when
 * `sealed` is malformed.
 */
export function sealedWith(sealed: Uint8Array): string {
  return uuidFromBytes(readKeyId(sealed, uuidByteLength));
}
