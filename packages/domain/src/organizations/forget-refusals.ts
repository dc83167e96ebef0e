import type { Tx } from '#db/database.js';

/**
 * Lets the next import ask again for the past that OpenAI refused, however short ago that was.
 * @returns of how many feeds
 */
export async function forgetRefusals(
  tx: Tx,
  { tenantId, organizationId }: { tenantId: string; organizationId: string },
): Promise<number> {
  const { count } = await tx.importFeed.updateMany({
    where: { tenantId, organizationId, refusedAt: { not: null } },
    data: { refusedAt: null },
  });
  return count;
}
