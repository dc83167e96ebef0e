import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { countSecretUse } from './count-secret-use.js';
import { type AuditDeps, recordAudit } from './record-audit.js';

export interface RefusedJob {
  kind: 'refused-probe' | 'refused-import';
  subject: { kind: string; id: string };
  /** What the job named and the tenant does not have. */
  ids: readonly string[];
}

/** As many as an audit event names. */
const mostNamed = 10;

/**
 * Notes that a job named what the tenant does not have, another tenant's above all; nothing was done for it. So that whoever
 * writes into the queue cannot flood the chain, the first such job of an hour is audited at once and further ones are
 * counted, for one event when the hour is over. A tenant that does not exist has no chain: then the log alone has it.
 */
export async function refuseJob(
  deps: AuditDeps & { db: Database; logger: Logger },
  tenantId: string,
  { kind, subject, ids }: RefusedJob,
): Promise<void> {
  deps.logger.warn({ tenantId, kind, ids: ids.slice(0, mostNamed) }, 'a job named what its tenant does not have');
  await withTenant(deps.db, tenantId, async (tx) => {
    const isKnown = await tx.tenant.findUnique({ where: { id: tenantId }, select: { id: true } });
    if (!isKnown) return;
    const times = await countSecretUse(tx, { tenantId, kind, times: 1, at: deps.clock.now() });
    if (times > 1n) return;
    await recordAudit(tx, deps, tenantId, { action: 'job.refuse', subject, after: { named: ids.slice(0, mostNamed) } });
  });
}
