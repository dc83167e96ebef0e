import { randomFillSync } from 'node:crypto';

/** Bytes of a nonce: the 96 bits for which GCM is defined without an extra hash (NIST SP 800-38D §5.2.1.1). */
export const nonceBytes = 12;

// Asking the generator once for many nonces saves most of its cost per call. The pool is small and filled on first use,
// never on import, so that a start-up snapshot cannot hold one. Every worker thread and process has its own.
const pool = Buffer.allocUnsafeSlow(nonceBytes * 128);
let nextAt = pool.length;

/**
 * Writes 12 fresh random bytes into `target` at `offset`. Random nonces are safe for 2^32 messages under one key
 * (NIST SP 800-38D §8.3), which is far beyond what one tenant's data key seals.
 */
export function writeNonce(target: Uint8Array, offset: number): void {
  if (nextAt === pool.length) {
    randomFillSync(pool);
    nextAt = 0;
  }
  const end = nextAt + nonceBytes;
  target.set(pool.subarray(nextAt, end), offset);
  pool.fill(0, nextAt, end);
  nextAt = end;
}
