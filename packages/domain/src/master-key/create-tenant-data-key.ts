import { createDataKey, wrappedWith } from '#crypto/data-key.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Tx } from '#db/database.js';
import { lockMasterKeyForUse } from './lock-master-key.js';

/** Draws a data key for a tenant, wrapped under the primary master key, and stores it as the one that seals. */
export async function createTenantDataKey(
  tx: Tx,
  ring: MasterKeyRing,
  { tenantId, createdAt }: { tenantId: string; createdAt: Date },
): Promise<{ id: string }> {
  await lockMasterKeyForUse(tx);
  const { id, wrapped } = createDataKey(ring, tenantId);
  await tx.tenantDataKey.create({
    data: { tenantId, id, wrappedKey: wrapped, masterKeyId: wrappedWith(wrapped), createdAt },
  });
  return { id };
}
