import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { createTenantDataKey } from '../master-key/create-tenant-data-key.js';
import { countSealedWith } from './count-sealed-with.js';
import { resealSecrets } from './reseal-secrets.js';

/**
 * Longer than any transaction of ours lasts (`openDatabase`): whoever read a value before it was sealed anew has read
 * its data key by then.
 */
const longestTransactionMs = 30_000;

export interface DataKeyRotation {
  /** The one that seals from now on. */
  dataKeyId: string;
  /** True when an earlier one was carried on that had not ended. */
  resumed: boolean;
  resealed: number;
  /** Retired ones that are gone. */
  removed: number;
}

export interface RotationProgress {
  onBatch?: (resealed: number) => void;
  onWait?: (ms: number) => void;
}

interface RotationDeps extends AuditDeps {
  db: Database;
  sleep: (ms: number) => Promise<void>;
}

/**
 * Gives a tenant a new data key and seals all its secrets anew, while everybody goes on: draws the new key and retires
 * the old one; seals secrets and fingerprints anew, in batches; waits until nobody is left who read before; removes
 * the old key once nothing names it. Can be killed at any point: begun again, it carries on where it was.
 * @throws CannotResealError, CannotOpenError
 */
export async function rotateDataKey(
  deps: RotationDeps,
  tenantId: string,
  { onBatch, onWait }: RotationProgress = {},
): Promise<DataKeyRotation> {
  const { dataKeyId, resumed } = await beginRotation(deps, tenantId);
  const resealed = await resealSecrets(deps, tenantId, { onBatch });
  onWait?.(longestTransactionMs);
  await deps.sleep(longestTransactionMs);
  return { dataKeyId, resumed, resealed, removed: await removeRetired(deps, tenantId) };
}

/** A retired key that is still there tells that a rotation has not ended. */
function beginRotation(deps: AuditDeps & { db: Database }, tenantId: string) {
  return withTenant(deps.db, tenantId, async (tx) => {
    const keys = await tx.tenantDataKey.findMany({ where: { tenantId }, select: { id: true, retiredAt: true } });
    const current = keys.find(({ retiredAt }) => retiredAt === null);
    if (current && keys.length > 1) return { dataKeyId: current.id, resumed: true };
    const now = deps.clock.now();
    // Waits for those who are storing a secret with it; writing it down waits for those who make the chain's key.
    await tx.tenantDataKey.updateMany({ where: { tenantId, retiredAt: null }, data: { retiredAt: now } });
    const { id } = await createTenantDataKey(tx, deps.ring, { tenantId, createdAt: now });
    await recordAudit(tx, deps, tenantId, {
      action: 'data-key.rotate',
      subject: { kind: 'data-key', id },
      before: { dataKeyId: current?.id ?? null },
      after: { dataKeyId: id },
    });
    return { dataKeyId: id, resumed: false };
  });
}

async function removeRetired(deps: AuditDeps & { db: Database }, tenantId: string): Promise<number> {
  const retired = await withTenant(deps.db, tenantId, (tx) =>
    tx.tenantDataKey.findMany({ where: { tenantId, retiredAt: { not: null } }, select: { id: true } }),
  );
  let removed = 0;
  for (const { id } of retired) if (await removeUnused(deps, tenantId, id)) removed += 1;
  return removed;
}

/** False when something is sealed with it after all. */
function removeUnused(deps: AuditDeps & { db: Database }, tenantId: string, id: string): Promise<boolean> {
  return withTenant(deps.db, tenantId, async (tx) => {
    if ((await countSealedWith(tx, tenantId, id)) > 0) return false;
    const { count } = await tx.tenantDataKey.deleteMany({ where: { tenantId, id, retiredAt: { not: null } } });
    if (count === 0) return false;
    await recordAudit(tx, deps, tenantId, { action: 'data-key.remove', subject: { kind: 'data-key', id } });
    return true;
  });
}
