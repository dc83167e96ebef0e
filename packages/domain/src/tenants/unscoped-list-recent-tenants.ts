import type { Database } from '#db/database.js';

/** Active tenants, the newest first. */
export function unscopedListRecentTenants(
  { db }: { db: Database },
  { except, limit }: { except: string[]; limit: number },
): Promise<{ id: string; name: string }[]> {
  return db.unscoped.tenant.findMany({
    where: { status: 'active', id: { notIn: except } },
    orderBy: { id: 'desc' },
    take: limit,
    select: { id: true, name: true },
  });
}
