import type { Tx } from '#db/database.js';

/** Ids of tokens by which somebody gets in as a platform administrator now; two at most, as no more is asked of them. */
export async function findAdministrators(tx: Tx, tenantId: string, now: Date): Promise<string[]> {
  const rows = await tx.accessToken.findMany({
    where: {
      tenantId,
      role: 'platform-admin',
      revokedAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
    },
    select: { id: true },
    take: 2,
  });
  return rows.map(({ id }) => id);
}
