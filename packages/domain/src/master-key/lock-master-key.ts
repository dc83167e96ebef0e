import type { Tx } from '#db/database.js';

/**
 * For whoever is about to wrap something: to be called first in the transaction, before the primary key is chosen. The
 * scan after a rotation waits for those that are under way, so none of them is missed with a key of before.
 */
export async function lockMasterKeyForUse(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended('keyledger master key', 0))`;
}

/** For the scan: until the transaction ends, nobody wraps anything. Short, so that nobody waits for long. */
export async function lockMasterKeyForScan(tx: Pick<Tx, '$executeRaw'>): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('keyledger master key', 0))`;
}
