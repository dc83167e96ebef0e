import type { Tx } from '#db/database.js';

/**
 * One at a time changes a tenant's prices, or asks for past usage to be rated by them, until the transaction ends: so that each
 * is made from what the one before it left, and one re-rating is open. Before any row of them is locked.
 */
export async function lockPrices(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('keyledger.prices ' || current_tenant_id(), 0))`;
}

/** The same for whoever has a re-rating in hand, which the others wait for: does not wait. @returns whether it is ours */
export async function tryLockPrices(tx: Tx): Promise<boolean> {
  const [lock] = await tx.$queryRaw<{ isOurs: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended('keyledger.prices ' || current_tenant_id(), 0)) AS "isOurs"`;
  return lock?.isOurs ?? false;
}
