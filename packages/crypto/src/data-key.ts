import { createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { CannotOpenError } from './cannot-open-error.js';
import { deriveKey } from './derive-key.js';
import { readEnvelope, readKeyId, writeEnvelope } from './envelope.js';
import { hkdf } from './hkdf.js';
import type { MasterKeyRing } from './key-ring.js';
import type { MasterKey } from './master-key.js';

const keyBytes = 32;
const masterKeyIdBytes = 8;

/** The key of one tenant's secrets, opened. The bytes live in KeyObjects, which neither `inspect` nor JSON shows. */
export interface DataKey {
  /** UUID (v4), lower case: it is named in every ciphertext. */
  readonly id: string;
  readonly tenantId: string;
  /** AES-256 key of `seal` and `open`. */
  readonly sealingKey: KeyObject;
  /** HMAC key of `fingerprint`. */
  readonly fingerprintKey: KeyObject;
}

/** Draws a data key for a tenant and wraps it under the primary master key. Only the wrapped form is to be stored. */
export function createDataKey(ring: MasterKeyRing, tenantId: string): { id: string; wrapped: Uint8Array<ArrayBuffer> } {
  const id = randomUUID();
  const bytes = randomBytes(keyBytes);
  try {
    return { id, wrapped: writeEnvelope(wrapping(ring.primary, tenantId, id), bytes) };
  } finally {
    bytes.fill(0);
  }
}

/** Throws `CannotOpenError` when it was altered, is another tenant's or another id's, or its master key is absent. */
export function unwrapDataKey(ring: MasterKeyRing, tenantId: string, dataKeyId: string, wrapped: Uint8Array): DataKey {
  const bytes = unwrap(ring, tenantId, dataKeyId, wrapped);
  try {
    const secret = createSecretKey(bytes);
    return {
      id: dataKeyId,
      tenantId,
      sealingKey: hkdf(secret, 'seal', keyBytes),
      fingerprintKey: hkdf(secret, 'fingerprint', keyBytes),
    };
  } finally {
    bytes.fill(0);
  }
}

/**
 * The same data key under the primary master key; what it sealed stays as it is. Idempotent: returned as it came when
 * the primary wrapped it already, but only after it was opened. Throws `CannotOpenError` like `unwrapDataKey`.
 */
export function rewrapDataKey(
  ring: MasterKeyRing,
  tenantId: string,
  dataKeyId: string,
  wrapped: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const bytes = unwrap(ring, tenantId, dataKeyId, wrapped);
  try {
    if (wrappedWith(wrapped) === ring.primary.id) return wrapped;
    return writeEnvelope(wrapping(ring.primary, tenantId, dataKeyId), bytes);
  } finally {
    bytes.fill(0);
  }
}

/** The id of the master key that wrapped it, not authenticated. Throws `CannotOpenError` when it is malformed. */
export function wrappedWith(wrapped: Uint8Array): string {
  return readKeyId(wrapped, masterKeyIdBytes).toString('hex');
}

function unwrap(ring: MasterKeyRing, tenantId: string, dataKeyId: string, wrapped: Uint8Array): Buffer {
  const masterKey = ring.find(wrappedWith(wrapped));
  if (masterKey === null) throw new CannotOpenError();
  return readEnvelope(wrapping(masterKey, tenantId, dataKeyId), wrapped);
}

function wrapping(masterKey: MasterKey, tenantId: string, dataKeyId: string) {
  return {
    key: deriveKey(masterKey, 'wrap', keyBytes),
    keyId: Buffer.from(masterKey.id, 'hex'),
    boundTo: [tenantId, dataKeyId, 'data-key'],
  };
}
