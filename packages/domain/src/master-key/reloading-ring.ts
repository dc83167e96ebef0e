import type { MasterKeyRing } from '#crypto/key-ring.js';

/**
 * A ring over files that may change while a process runs. The primary is read anew whenever something is to be wrapped,
 * which is rare, and the others when a key is asked for that is not known yet, which is how a process meets the first
 * data key under a new one. While the files cannot be read, the keys of before stay.
 * @param read synchronous, as opening a secret is; throws when the files cannot be used
 */
export function createReloadingRing(read: () => MasterKeyRing): MasterKeyRing {
  let ring = read();
  const reload = (): MasterKeyRing => {
    try {
      ring = read();
    } catch {
      // Whoever needs a key that is not there is told so by what it cannot open.
    }
    return ring;
  };
  return {
    get primary() {
      return reload().primary;
    },
    get older() {
      return reload().older;
    },
    find: (masterKeyId) => ring.find(masterKeyId) ?? reload().find(masterKeyId),
  };
}
