import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * A key for one purpose out of another key: HKDF-SHA-256 (RFC 5869). No salt, as the input is uniformly random
 * already (§3.1); the purpose is the `info` (§3.2), so no two purposes share a key.
 */
export function hkdf(secret: KeyObject, purpose: string, lengthBytes: number): KeyObject {
  const derived = Buffer.from(hkdfSync('sha256', secret, '', `keyledger/v1/${purpose}`, lengthBytes));
  try {
    return createSecretKey(derived);
  } finally {
    derived.fill(0);
  }
}
