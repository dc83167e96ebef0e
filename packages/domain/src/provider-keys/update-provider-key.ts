import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { differing } from '../audit/differing.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { keyDetails, keySubject } from './audited-key.js';
import { lockProviderKey } from './lock-provider-key.js';
import { type ProbeMode, providerKeyColumns, type ProviderKeyView, toProviderKeyView } from './provider-key.js';
import { refuseDuplicate, retryOnUniqueViolation } from './refuse-duplicate.js';

export interface ProviderKeyPatch {
  label?: string | undefined;
  model?: string | undefined;
  probeMode?: ProbeMode | undefined;
  /** Null: back to the installation's default. */
  intervalSecs?: number | null | undefined;
  /** Decimal USD. */
  dailyCapUsd?: string | undefined;
  isActive?: boolean | undefined;
}

/**
 * Changes what is named and keeps the rest. Whatever changes how the key is probed makes it due at once.
 * @throws Problem `not-found`, `duplicate-label`
 */
export async function updateProviderKey(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  id: string,
  patch: ProviderKeyPatch,
): Promise<ProviderKeyView> {
  return retryOnUniqueViolation(() =>
    withTenant(deps.db, tenantId, async (tx) => {
      const before = await lockProviderKey(tx, tenantId, id);
      await refuseDuplicate(tx, { tenantId, exceptId: id, label: patch.label });
      const row = await tx.providerKey.update({
        where: { tenantId_id: { tenantId, id } },
        data: { ...toColumns(patch), ...(changesProbing(patch) && { nextProbeAt: deps.clock.now() }) },
        select: providerKeyColumns,
      });
      const key = toProviderKeyView(row);
      await recordAudit(tx, deps, tenantId, {
        action: 'provider-key.update',
        subject: keySubject(before),
        ...differing(keyDetails(before), keyDetails(key)),
      });
      return key;
    }),
  );
}

function toColumns(patch: ProviderKeyPatch) {
  return {
    ...(patch.label !== undefined && { label: patch.label }),
    ...(patch.model !== undefined && { model: patch.model }),
    ...(patch.probeMode !== undefined && { probeMode: patch.probeMode }),
    ...(patch.intervalSecs !== undefined && { probeIntervalSecs: patch.intervalSecs }),
    ...(patch.dailyCapUsd !== undefined && { probeDailyCapUsd: patch.dailyCapUsd }),
    ...(patch.isActive !== undefined && { isActive: patch.isActive }),
  };
}

function changesProbing({ model, probeMode, intervalSecs, isActive }: ProviderKeyPatch): boolean {
  return [model, probeMode, intervalSecs, isActive].some((value) => value !== undefined);
}
