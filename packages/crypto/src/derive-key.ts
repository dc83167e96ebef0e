import type { KeyObject } from 'node:crypto';
import { hkdf } from './hkdf.js';
import type { MasterKey } from './master-key.js';

/** What keys are derived for. Closed, so that no two uses can meet in one key by accident. */
type KeyPurpose = 'wrap' | 'session-signing' | 'backup';

/**
 * A key of `lengthBytes` for one purpose. The same master key and purpose always give the same key, in every process;
 * keys of different purposes say nothing about each other or about the master key.
 */
export function deriveKey(masterKey: MasterKey, purpose: KeyPurpose, lengthBytes: number): KeyObject {
  return hkdf(masterKey.secret, purpose, lengthBytes);
}
