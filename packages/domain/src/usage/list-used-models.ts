import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { withMeasuredFigures } from '../books/book-figures.js';

/** Names of the models that were used in [from, to), in order. */
export async function listUsedModels(
  deps: { db: Database },
  tenantId: string,
  { from, to, limit }: { from: Date; to: Date; limit: number },
): Promise<string[]> {
  const rows = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<{ model: string }[]>`
      ${withMeasuredFigures(tenantId, { from, to, by: 'model', only: {} })}
      SELECT DISTINCT "group" AS model FROM figure WHERE "group" IS NOT NULL ORDER BY 1 LIMIT ${limit}`,
  );
  return rows.map(({ model }) => model);
}
