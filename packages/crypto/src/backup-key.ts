import type { KeyObject } from 'node:crypto';
import { deriveKey } from './derive-key.js';
import { hkdf } from './hkdf.js';
import type { MasterKey } from './master-key.js';

/**
 * The key of one backup file. Every file has its own, so that no nonce is ever used twice and no chunk of one file can
 * stand in another.
 * @param fileId 32 random bytes, drawn for the file and kept in it
 */
export function backupKey(masterKey: MasterKey, fileId: Uint8Array): KeyObject {
  return hkdf(deriveKey(masterKey, 'backup', 32), `backup-file/${Buffer.from(fileId).toString('hex')}`, 32);
}
