import pLimit from 'p-limit';
import { rewrapDataKey, wrappedWith } from '#crypto/data-key.js';
import { createMasterKeyRing, type MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';

const batchSize = 200;
/** As many as there are connections for it; the database has others to serve meanwhile. */
const atOnce = 4;

interface Listed {
  tenantId: string;
  id: string;
}

/**
 * Wraps every data key under the primary master key that is not yet, retired ones included; what they sealed stays as it
 * is, and whoever opens something meanwhile finds the data key under the one or the other master key, both whole.
 * A transaction for each, with its audit event, so that it can be killed at any point and simply begun again; two at the
 * same time do everything once.
 * @returns how many were wrapped anew, by us
 * @throws CannotOpenError for a data key whose master key is not in the ring
 */
export async function unscopedRewrapDataKeys(
  deps: AuditDeps & { db: Database },
  { onBatch }: { onBatch?: (rewrapped: number) => void } = {},
): Promise<number> {
  // The same primary to the end, whatever becomes of the files that it came from.
  const ring = createMasterKeyRing([deps.ring.primary, ...deps.ring.older]);
  const limit = pLimit(atOnce);
  let rewrapped = 0;
  for (;;) {
    const batch = await listOthers(deps.db, ring.primary.id);
    if (batch.length === 0) return rewrapped;
    // Settled, so that none is still at work when this ends.
    const done = await Promise.allSettled(batch.map((row) => limit(() => rewrapOne({ ...deps, ring }, row))));
    const failure = done.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    rewrapped += done.filter((result) => result.status === 'fulfilled' && result.value).length;
    onBatch?.(rewrapped);
  }
}

/** What was rewrapped is not listed again, so the first ones are always the next. */
function listOthers(db: Database, primaryId: string): Promise<Listed[]> {
  return db.unscoped.$queryRaw<Listed[]>`
    SELECT tenant_id::text AS "tenantId", id::text FROM tenant_data_key
    WHERE master_key_id <> ${primaryId} ORDER BY tenant_id, id LIMIT ${batchSize}`;
}

/** False when somebody else did it, or the data key is gone. */
function rewrapOne(
  deps: AuditDeps & { db: Database; ring: MasterKeyRing },
  { tenantId, id }: Listed,
): Promise<boolean> {
  return withTenant(deps.db, tenantId, async (tx) => {
    const row = await tx.tenantDataKey.findUnique({ where: { tenantId_id: { tenantId, id } } });
    if (!row) return false;
    const wrappedKey = rewrapDataKey(deps.ring, tenantId, id, row.wrappedKey);
    const masterKeyId = deps.ring.primary.id;
    if (wrappedKey === row.wrappedKey && row.masterKeyId === masterKeyId) return false;
    const { count } = await tx.tenantDataKey.updateMany({
      where: { tenantId, id, wrappedKey: row.wrappedKey, masterKeyId: row.masterKeyId },
      data: { wrappedKey, masterKeyId },
    });
    if (count === 0) return false;
    await recordAudit(tx, deps, tenantId, {
      action: 'data-key.rewrap',
      subject: { kind: 'data-key', id },
      before: { masterKeyId: wrappedWith(row.wrappedKey) },
      after: { masterKeyId },
    });
    return true;
  });
}
