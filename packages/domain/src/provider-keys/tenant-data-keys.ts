import type { Tx } from '#db/database.js';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { type DataKey, unwrapDataKey } from '#crypto/data-key.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';

export interface TenantDataKeys {
  /** Seals what is stored from now on. @throws CannotOpenError when the master key does not fit */
  current(): DataKey;
  /** @throws CannotOpenError when there is no such key or the master key does not fit */
  find(dataKeyId: string): DataKey;
}

/** Reads a tenant's data keys; each is unwrapped when it is first asked for, and kept only as long as the result. */
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
  return { find, current: () => find(currentId ?? '') };
}
