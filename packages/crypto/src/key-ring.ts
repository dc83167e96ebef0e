import type { MasterKey } from './master-key.js';

export interface MasterKeyRing {
  /** Wraps whatever is wrapped from now on. */
  readonly primary: MasterKey;
  /** Open only what they once wrapped. */
  readonly older: readonly MasterKey[];
  /** The primary or an older key with this id, or null. */
  find(masterKeyId: string): MasterKey | null;
}

/** The first key wraps; the others only open what they once wrapped. Throws when a key is there twice. */
export function createMasterKeyRing(keys: readonly [primary: MasterKey, ...older: MasterKey[]]): MasterKeyRing {
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size !== keys.length) throw new Error('A master key is in the ring twice');
  const [primary, ...older] = keys;
  return { primary, older, find: (masterKeyId) => byId.get(masterKeyId) ?? null };
}
