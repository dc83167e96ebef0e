import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

/** Bytes of the authentication tag: the full 128 bits, never truncated (NIST SP 800-38D §5.2.1.2). */
export const tagBytes = 16;

const algorithm = 'aes-256-gcm';
const options = { authTagLength: tagBytes };

interface GcmInput {
  /** 32 bytes. */
  key: KeyObject;
  /** 12 bytes. Two messages under one key and one nonce give both away and make forging possible. */
  nonce: Uint8Array;
  associatedData: Uint8Array;
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a nonce chosen by the caller, who must never use it again under this key.
 * Use `writeEnvelope`, which chooses it; this is apart so that it can be held against the published test vectors.
 */
export function encryptWithNonce(
  { key, nonce, associatedData }: GcmInput,
  plaintext: Uint8Array,
): { ciphertext: Buffer; tag: Buffer } {
  const cipher = createCipheriv(algorithm, key, nonce, options);
  cipher.setAAD(associatedData);
  // GCM is a stream mode: update() returns everything, and final() only finishes the tag.
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return { ciphertext, tag: cipher.getAuthTag() };
}

/** The plaintext. Throws when anything was altered; what was decrypted by then is never returned. */
export function decrypt(
  { key, nonce, associatedData }: GcmInput,
  { ciphertext, tag }: { ciphertext: Uint8Array; tag: Uint8Array },
): Buffer {
  const decipher = createDecipheriv(algorithm, key, nonce, options);
  decipher.setAAD(associatedData);
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  decipher.final();
  return plaintext;
}
