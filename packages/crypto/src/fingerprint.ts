import { createHmac } from 'node:crypto';
import type { DataKey } from './data-key.js';
import { encodeUtf8 } from './utf8.js';

/**
 * 32 bytes by which a tenant's duplicate secret is recognised without opening the stored one: HMAC-SHA-256 under a key
 * that is derived from the tenant's data key. Without that key nobody can test a guess, and equal secrets of two
 * tenants have nothing in common. Rotating the master key leaves it as it is; a new data key changes it, so whoever
 * re-seals a tenant's secrets also stores their fingerprints anew. Throws when the data key is another tenant's.
 */
export function fingerprint(dataKey: DataKey, tenantId: string, secret: string): Uint8Array<ArrayBuffer> {
  if (tenantId !== dataKey.tenantId) throw new Error('A data key fingerprints only for its own tenant');
  const bytes = encodeUtf8(secret);
  try {
    return new Uint8Array(createHmac('sha256', dataKey.fingerprintKey).update(bytes).digest());
  } finally {
    bytes.fill(0);
  }
}
