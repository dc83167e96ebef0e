import type { DataKey } from './data-key.js';
import { writeEnvelope } from './envelope.js';
import { placeParts, type SealedPlace } from './sealed-place.js';
import { encodeUtf8 } from './utf8.js';
import { uuidToBytes } from './uuid-bytes.js';

/**
 * Encrypts a secret for one place with AES-256-GCM. The result is 45 bytes longer than the secret's UTF-8, names the
 * data key (`sealedWith`), and is different every time. Throws when the data key is another tenant's, or when the
 * secret is not well-formed Unicode.
 */
export function seal(dataKey: DataKey, place: SealedPlace, plaintext: string): Uint8Array<ArrayBuffer> {
  if (place.tenantId !== dataKey.tenantId) throw new Error('A data key seals only for its own tenant');
  const bytes = encodeUtf8(plaintext);
  try {
    return writeEnvelope(
      { key: dataKey.sealingKey, keyId: uuidToBytes(dataKey.id), boundTo: placeParts(place) },
      bytes,
    );
  } finally {
    bytes.fill(0);
  }
}
