import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { hkdf } from './hkdf.js';

const masterKeyBytes = 32;
const idBytes = 8;

/** The key that wraps data keys. The bytes live in a KeyObject, which neither `inspect` nor JSON shows. */
export interface MasterKey {
  /** 16 hex digits. The same key always has the same id, and the id gives nothing away about the key. */
  readonly id: string;
  readonly secret: KeyObject;
}

/** The text is no usable master key. The message says how to make one and never repeats the text. */
export class InvalidMasterKeyError extends Error {
  readonly code = 'invalid-master-key';

  constructor(fault: string) {
    super(`The master key ${fault}. Make one with: openssl rand -base64 32`);
    this.name = 'InvalidMasterKeyError';
  }
}

/**
 * Reads 32 random bytes from base64, base64url or 64 hex digits; surrounding white space is ignored.
 * Throws `InvalidMasterKeyError` on any other form or length, and on bytes that were plainly not drawn at random.
 */
export function parseMasterKey(text: string): MasterKey {
  const bytes = decode(text.trim());
  try {
    assertLooksRandom(bytes);
    const secret = createSecretKey(bytes);
    return { id: hkdf(secret, 'master-key-id', idBytes).export().toString('hex'), secret };
  } finally {
    bytes.fill(0);
  }
}

/** A new master key in the form that `parseMasterKey` reads: base64 of 32 random bytes. */
export function generateMasterKey(): string {
  return randomBytes(masterKeyBytes).toString('base64');
}

function decode(text: string): Buffer {
  // 64 hex digits are also well-formed base64, of 48 bytes: only the length tells them apart.
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  throw new InvalidMasterKeyError('must be 32 random bytes, written as base64 or as 64 hex digits');
}

/**
 * Catches placeholders, repeated patterns, counting sequences and passphrases. No test can prove randomness; these
 * refuse fewer than one in 10^12 keys that were drawn at random (32 random bytes have about 30 distinct values).
 */
function assertLooksRandom(bytes: Buffer): void {
  const steps = bytes.subarray(1).map((byte, index) => byte - (bytes[index] ?? 0));
  const isText = bytes.every((byte) => byte >= 0x20 && byte <= 0x7e);
  if (isText || distinct(bytes) <= masterKeyBytes / 2 || distinct(steps) <= masterKeyBytes / 2) {
    throw new InvalidMasterKeyError('is too predictable');
  }
}

function distinct(bytes: Uint8Array): number {
  return new Set(bytes).size;
}
