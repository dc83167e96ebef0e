import { Problem } from '#core/problem.js';
import { seal } from '#crypto/seal.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { differing } from '../audit/differing.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { keyDetails, keySubject } from './audited-key.js';
import { lockProviderKey } from './lock-provider-key.js';
import { fingerprintsOf } from './fingerprints-of.js';
import { maskSecret } from './mask-secret.js';
import { parseProviderSecret } from './parse-provider-secret.js';
import { providerKeyColumns, type ProviderKeyView, toProviderKeyView } from './provider-key.js';
import { refuseDuplicate, retryOnUniqueViolation } from './refuse-duplicate.js';
import { refuseToShow } from './refuse-to-show.js';
import { secretPlace } from './secret-place.js';
import { lockTenantDataKeys } from './tenant-data-keys.js';

/**
 * Puts a new secret under the same id, label and history. What was known of the old secret's health is forgotten.
 * @throws Problem `not-found`, `not-a-provider-key`, `duplicate-secret`, `invalid-request` when the kind differs or its own label
 *   holds it
 */
export async function replaceProviderSecret(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  id: string,
  pasted: string,
): Promise<ProviderKeyView> {
  const { secret, kind } = parseProviderSecret(pasted);
  const now = deps.clock.now();
  return retryOnUniqueViolation(() =>
    withTenant(deps.db, tenantId, async (tx) => {
      const before = await lockProviderKey(tx, tenantId, id);
      if (before.kind !== kind) throw kindChange(before.kind);
      refuseToShow(secret, before);
      const dataKeys = await lockTenantDataKeys(deps.ring, tx, tenantId);
      const prints = fingerprintsOf(dataKeys, tenantId, secret);
      await refuseDuplicate(tx, { tenantId, exceptId: id, fingerprints: prints.all });
      const row = await tx.providerKey.update({
        where: { tenantId_id: { tenantId, id } },
        data: {
          mask: maskSecret(secret),
          sealedSecret: seal(dataKeys.current(), secretPlace(tenantId, id), secret.reveal()),
          fingerprint: prints.current,
          secretRevision: { increment: 1 },
          ...forgottenHealth(now),
        },
        select: providerKeyColumns,
      });
      const key = toProviderKeyView(row);
      await recordAudit(tx, deps, tenantId, {
        action: 'provider-key.replace-secret',
        subject: keySubject(key),
        ...differing(keyDetails(before), keyDetails(key)),
      });
      return key;
    }),
  );
}

function forgottenHealth(now: Date) {
  return {
    nextProbeAt: now,
    health: 'unknown',
    healthSince: now,
    healthAt: null,
    consecutiveFailures: 0,
    lastProbeAt: null,
    lastOkAt: null,
    lastOutcome: null,
    lastHttpStatus: null,
    lastErrorCode: null,
    lastErrorMessage: null,
    lastRequestId: null,
    lastLatencyMs: null,
  };
}

function kindChange(kind: string): Problem {
  const detail = `This label holds a key of kind “${kind}”. Replace it with one of the same kind, or store the new one separately.`;
  return new Problem('invalid-request', { field: 'key', detail });
}
