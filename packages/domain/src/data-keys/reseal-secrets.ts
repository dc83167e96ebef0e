import { setTimeout as delay } from 'node:timers/promises';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import type { DataKey } from '#crypto/data-key.js';
import { fingerprint } from '#crypto/fingerprint.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import { open, sealedWith } from '#crypto/open.js';
import { seal } from '#crypto/seal.js';
import type { Database, Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { readTenantDataKeys, type TenantDataKeys } from '../provider-keys/tenant-data-keys.js';
import { countSealedWithOthers } from './count-sealed-with.js';
import { type SealedColumn, sealedColumns } from './sealed-columns.js';

const batchSize = 50;
/** When every row that is left is locked by somebody else. */
const lookAgainMs = 50;

/** A stored secret that opens with none of the tenant's data keys, so it cannot be sealed anew. */
export class CannotResealError extends Error {
  override readonly name = 'CannotResealError';

  constructor(table: string, id: string) {
    super(
      `The value in ${table} ${id} opens with no data key of its tenant, so it cannot be sealed anew: replace the ` +
        'secret, delete the key, or restore the row; then begin again.',
    );
  }
}

interface Row {
  id: string;
  sealed: Uint8Array;
}

/**
 * Seals everything of a tenant that is not sealed with the current data key anew, in short transactions of a few rows,
 * with the fingerprint in the same statement. Whoever reads meanwhile finds the one or the other, both whole. Never waits
 * for a row that somebody else is writing, so it is in nobody's way.
 * @returns how many were sealed anew
 * @throws CannotResealError
 */
export async function resealSecrets(
  deps: { db: Database; ring: MasterKeyRing },
  tenantId: string,
  { onBatch }: { onBatch?: ((resealed: number) => void) | undefined } = {},
): Promise<number> {
  let resealed = 0;
  for (const column of sealedColumns) {
    for (;;) {
      const count = await withTenant(deps.db, tenantId, (tx) => resealBatch(tx, deps.ring, tenantId, column));
      resealed += count;
      if (count > 0) onBatch?.(resealed);
      else if ((await countSealedWithOthers(deps, tenantId, column)) === 0) break;
      else await delay(lookAgainMs);
    }
  }
  return resealed;
}

async function resealBatch(tx: Tx, ring: MasterKeyRing, tenantId: string, column: SealedColumn): Promise<number> {
  const rows = await lockSealedWithOthers(tx, tenantId, column);
  if (rows.length === 0) return 0;
  const dataKeys = await readTenantDataKeys(ring, tx, tenantId);
  const current = dataKeys.current();
  const fresh = rows.map((row) => resealOne({ dataKeys, current, tenantId, column }, row));
  await writeBatch(tx, tenantId, column, fresh);
  return rows.length;
}

function lockSealedWithOthers(tx: Tx, tenantId: string, { table, column, idColumn }: SealedColumn): Promise<Row[]> {
  const [from, sealed, id] = [table, column, idColumn].map((name) => Prisma.raw(name));
  return tx.$queryRaw<Row[]>`
    SELECT ${id}::text AS id, ${sealed} AS sealed FROM ${from}
    WHERE tenant_id = ${tenantId}::uuid AND substring(${sealed} FROM 2 FOR 16) <> (
      SELECT uuid_send(k.id) FROM tenant_data_key k WHERE k.tenant_id = ${tenantId}::uuid AND k.retired_at IS NULL)
    ORDER BY ${id} LIMIT ${batchSize} FOR NO KEY UPDATE SKIP LOCKED`;
}

interface Fresh {
  id: string;
  sealed: Uint8Array;
  fingerprint: Uint8Array | null;
}

function resealOne(
  context: { dataKeys: TenantDataKeys; current: DataKey; tenantId: string; column: SealedColumn },
  { id, sealed }: Row,
): Fresh {
  const { dataKeys, current, tenantId, column } = context;
  const place = column.place(tenantId, id);
  try {
    const plaintext = open(dataKeys.find(sealedWith(sealed)), place, sealed);
    return {
      id,
      sealed: seal(current, place, plaintext),
      fingerprint: column.fingerprintColumn === null ? null : fingerprint(current, tenantId, plaintext),
    };
  } catch (error) {
    if (error instanceof CannotOpenError) throw new CannotResealError(column.table, id);
    throw error;
  }
}

async function writeBatch(tx: Tx, tenantId: string, sealedColumn: SealedColumn, fresh: readonly Fresh[]) {
  const { table, column, idColumn, fingerprintColumn } = sealedColumn;
  const [into, sealed, id] = [table, column, idColumn].map((name) => Prisma.raw(name));
  const print = Prisma.raw(fingerprintColumn === null ? '' : `, ${fingerprintColumn} = fresh.fingerprint`);
  await tx.$executeRaw`
    UPDATE ${into} SET ${sealed} = fresh.sealed ${print}
    FROM unnest(${fresh.map((row) => row.id)}::uuid[], ${fresh.map((row) => row.sealed)}::bytea[],
                ${fresh.map((row) => row.fingerprint)}::bytea[]) AS fresh (id, sealed, fingerprint)
    WHERE ${into}.tenant_id = ${tenantId}::uuid AND ${into}.${id} = fresh.id`;
}
