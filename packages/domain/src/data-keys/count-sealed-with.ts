import type { Database, Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { type SealedColumn, sealedColumns } from './sealed-columns.js';

/** How many values of one column are sealed with another data key than the current one. */
export async function countSealedWithOthers(
  deps: { db: Database },
  tenantId: string,
  { table, column }: SealedColumn,
): Promise<number> {
  const [from, sealed] = [table, column].map((name) => Prisma.raw(name));
  const [row] = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM ${from}
      WHERE tenant_id = ${tenantId}::uuid AND substring(${sealed} FROM 2 FOR 16) <> (
        SELECT uuid_send(k.id) FROM tenant_data_key k WHERE k.tenant_id = ${tenantId}::uuid AND k.retired_at IS NULL)`,
  );
  return row?.count ?? 0;
}

/** How many values of the tenant name this data key, in any column. */
export async function countSealedWith(tx: Tx, tenantId: string, dataKeyId: string): Promise<number> {
  let total = 0;
  for (const { table, column } of sealedColumns) {
    const [from, sealed] = [table, column].map((name) => Prisma.raw(name));
    const [row] = await tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM ${from}
      WHERE tenant_id = ${tenantId}::uuid AND substring(${sealed} FROM 2 FOR 16) = uuid_send(${dataKeyId}::uuid)`;
    total += row?.count ?? 0;
  }
  return total;
}
