import type { Logger } from '#core/logger.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
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
 * counted, for one event when the hour is over. A tenant that does not exist, or is being purged, has no chain: then the log
 * alone has it.
 */
export async function refuseJob(
  deps: AuditDeps & { db: Database; logger: Logger },
  tenantId: string,
  { kind, subject, ids }: RefusedJob,
): Promise<void> {
  deps.logger.warn({ tenantId, kind, ids: ids.slice(0, mostNamed) }, 'a job named what its tenant does not have');
  await withTenant(deps.db, tenantId, async (tx) => {
    const isKnown = await tx.tenant.findUnique({ where: { id: tenantId, purgeBeganAt: null }, select: { id: true } });
    if (!isKnown) return;
    const times = await countRefusal(tx, { tenantId, kind, at: deps.clock.now() });
    if (times > 1) return;
    await recordAudit(tx, deps, tenantId, { action: 'job.refuse', subject, after: { named: ids.slice(0, mostNamed) } });
  });
}

/** How many there are in this hour by now. In one row, as it has to be known which is the first. */
async function countRefusal(
  tx: Tx,
  { tenantId, kind, at }: { tenantId: string; kind: RefusedJob['kind']; at: Date },
): Promise<number> {
  const [row] = await tx.$queryRaw<{ times: bigint }[]>`
    INSERT INTO secret_use AS u (tenant_id, hour, kind, slot, times)
    VALUES (${tenantId}::uuid, date_trunc('hour', ${at}::timestamptz, 'UTC'), ${kind}, 0, 1)
    ON CONFLICT (tenant_id, hour, kind, slot) DO UPDATE SET times = u.times + 1
    RETURNING times`;
  if (!row) throw new Error('an upsert returns its row');
  return Number(row.times);
}
