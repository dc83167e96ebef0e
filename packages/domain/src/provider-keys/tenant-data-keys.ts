import type { Tx } from '#db/database.js';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { type DataKey, unwrapDataKey } from '#crypto/data-key.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';

export interface TenantDataKeys {
  /** Seals what is stored from now on; whoever seals has it held. @throws CannotOpenError when the master key does not fit */
  current(): DataKey;
  /** @throws CannotOpenError when there is no such key or the master key does not fit */
  find(dataKeyId: string): DataKey;
  /** The current one and those that something may still be sealed with, as far as they open. */
  all(): DataKey[];
}

/**
 * Reads a tenant's data keys; each is unwrapped when it is first asked for, and kept only as long as the result.
 * Whoever opens something reads it first and the keys afterwards: what it is sealed with is then among them.
 */
export async function readTenantDataKeys(ring: MasterKeyRing, tx: Tx, tenantId: string): Promise<TenantDataKeys> {
  const rows = await tx.tenantDataKey.findMany({ where: { tenantId }, orderBy: { createdAt: 'desc' } });
  const unwrapped = new Map<string, DataKey>();
  const find = (dataKeyId: string): DataKey => {
    const known = unwrapped.get(dataKeyId);
    if (known) return known;
    const row = rows.find(({ id }) => id === dataKeyId);
    if (!row) throw new CannotOpenError();
    const dataKey = unwrapDataKey(ring, tenantId, row.id, row.wrappedKey);
    unwrapped.set(dataKeyId, dataKey);
    return dataKey;
  };
  const currentId = rows.find(({ retiredAt }) => retiredAt === null)?.id;
  return { find, current: () => find(currentId ?? ''), all: () => rows.flatMap(({ id }) => findIfPossible(find, id)) };
}

/** One that does not open was altered or copied here: it concerns what it sealed, and not who stores something new. */
function findIfPossible(find: (dataKeyId: string) => DataKey, id: string): DataKey[] {
  try {
    return [find(id)];
  } catch (error) {
    if (error instanceof CannotOpenError) return [];
    throw error;
  }
}

/**
 * The same for whoever stores a secret with its fingerprint: until the transaction ends, the current key is not retired.
 * So nothing is sealed with a key that is on its way out, and everybody who stores at the same time compares by the same
 * fingerprints, so that no duplicate slips in between.
 */
export async function lockTenantDataKeys(ring: MasterKeyRing, tx: Tx, tenantId: string): Promise<TenantDataKeys> {
  for (let turn = 0; turn < 3; turn += 1) {
    const held = await tx.$queryRaw<unknown[]>`
      SELECT id FROM tenant_data_key WHERE tenant_id = ${tenantId}::uuid AND retired_at IS NULL FOR SHARE`;
    if (held.length > 0) return readTenantDataKeys(ring, tx, tenantId);
    // It was retired while we waited for it; the next statement sees the one that follows it.
  }
  throw new CannotOpenError();
}
