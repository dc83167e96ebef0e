import { Problem } from '#core/problem.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { type AuditVerdict, verifyAudit } from './verify-audit.js';

/** A chain is read from its beginning, which takes seconds of a long one. */
const mostAtOnce = 3;

export type VerifyAudit = (tenantId: string) => Promise<AuditVerdict>;

/**
 * Verifies chains for whoever asks over the network: one walk of a tenant's at a time, which all who ask meanwhile share,
 * and a few in all. @throws Problem `unavailable` when others are being verified
 */
export function createAuditVerifier(deps: { db: Database; ring: MasterKeyRing }): VerifyAudit {
  const underWay = new Map<string, Promise<AuditVerdict>>();
  return async (tenantId) => {
    const known = underWay.get(tenantId);
    if (known) return known;
    if (underWay.size >= mostAtOnce) {
      throw new Problem('unavailable', { detail: 'Other audits are being verified. Ask again.', retryAfterSecs: 10 });
    }
    const walk = verifyAudit(deps, tenantId).finally(() => underWay.delete(tenantId));
    underWay.set(tenantId, walk);
    return walk;
  };
}
