import { createChainKey } from '#crypto/chain-mac.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import { open, sealedWith } from '#crypto/open.js';
import { seal } from '#crypto/seal.js';
import type { SealedPlace } from '#crypto/sealed-place.js';
import type { Tx } from '#db/database.js';
import { readTenantDataKeys } from '../provider-keys/tenant-data-keys.js';

/** What the key of a tenant's audit chain is bound to. */
export function auditKeyPlace(tenantId: string): SealedPlace {
  return { tenantId, rowId: tenantId, field: 'audit_key.sealed_key' };
}

/**
 * The key of a tenant's chain; null while it has none, and so no event.
 * @throws CannotOpenError when the master key does not fit
 */
export async function findAuditKey(ring: MasterKeyRing, tx: Tx, tenantId: string): Promise<string | null> {
  const row = await tx.auditKey.findUnique({ where: { tenantId } });
  if (!row) return null;
  const dataKeys = await readTenantDataKeys(ring, tx, tenantId);
  return open(dataKeys.find(sealedWith(row.sealedKey)), auditKeyPlace(tenantId), row.sealedKey);
}

/**
 * The same, made if it is not there. The caller holds the lock of the chain; a rotation of the data key takes it too before
 * it ends, so the key that this is sealed with is not retired unseen.
 */
export async function ensureAuditKey(ring: MasterKeyRing, tx: Tx, tenantId: string): Promise<string> {
  const known = await findAuditKey(ring, tx, tenantId);
  if (known !== null) return known;
  const dataKeys = await readTenantDataKeys(ring, tx, tenantId);
  const key = createChainKey();
  await tx.auditKey.create({
    data: { tenantId, sealedKey: seal(dataKeys.current(), auditKeyPlace(tenantId), key) },
  });
  return key;
}
