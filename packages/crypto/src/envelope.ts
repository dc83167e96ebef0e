import type { KeyObject } from 'node:crypto';
import { decrypt, encryptWithNonce, tagBytes } from './aes-256-gcm.js';
import { associatedData } from './associated-data.js';
import { CannotOpenError } from './cannot-open-error.js';
import { nonceBytes, writeNonce } from './nonce.js';

/**
 * The form of everything we encrypt:
 *
 *     version (1 byte) | id of the key that made it | nonce (12) | ciphertext | tag (16)
 *
 * The tag also covers the version and the place that the envelope is bound to. The place is not in the envelope: who
 * opens it says where it was found.
 */
const version = 1;
const versionBytes = 1;

interface EnvelopeKey {
  key: KeyObject;
  /** Names the key inside the envelope. Its length is fixed per kind of envelope. */
  keyId: Uint8Array;
  /** The place to which the envelope is bound: it opens only with exactly these texts. */
  boundTo: readonly string[];
}

export function writeEnvelope({ key, keyId, boundTo }: EnvelopeKey, plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonceAt = versionBytes + keyId.length;
  const ciphertextAt = nonceAt + nonceBytes;
  const tagAt = ciphertextAt + plaintext.length;
  const envelope = new Uint8Array(tagAt + tagBytes);
  envelope[0] = version;
  envelope.set(keyId, versionBytes);
  writeNonce(envelope, nonceAt);

  const nonce = envelope.subarray(nonceAt, ciphertextAt);
  const sealed = encryptWithNonce({ key, nonce, associatedData: associatedData(version, boundTo) }, plaintext);
  envelope.set(sealed.ciphertext, ciphertextAt);
  envelope.set(sealed.tag, tagAt);
  return envelope;
}

/** The plaintext. Whatever is wrong, throws `CannotOpenError`. */
export function readEnvelope({ key, keyId, boundTo }: EnvelopeKey, envelope: Uint8Array): Buffer {
  try {
    if (!readKeyId(envelope, keyId.length).equals(keyId)) throw new CannotOpenError();
    const nonceAt = versionBytes + keyId.length;
    const ciphertextAt = nonceAt + nonceBytes;
    const tagAt = envelope.length - tagBytes;
    return decrypt(
      { key, nonce: envelope.subarray(nonceAt, ciphertextAt), associatedData: associatedData(version, boundTo) },
      { ciphertext: envelope.subarray(ciphertextAt, tagAt), tag: envelope.subarray(tagAt) },
    );
  } catch {
    // Which check failed is dropped on purpose (see CannotOpenError).
    throw new CannotOpenError();
  }
}

/** The id of the key that made the envelope, not yet authenticated. Throws `CannotOpenError` when it is malformed. */
export function readKeyId(envelope: Uint8Array, keyIdBytes: number): Buffer {
  const shortest = versionBytes + keyIdBytes + nonceBytes + tagBytes;
  if (envelope.length < shortest || envelope[0] !== version) throw new CannotOpenError();
  return Buffer.from(envelope.subarray(versionBytes, versionBytes + keyIdBytes));
}
