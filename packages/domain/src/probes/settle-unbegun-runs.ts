import { idMadeAt } from '#core/ids.js';
import type { Logger } from '#core/logger.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { refuseJob } from '../audit/refuse-job.js';

/** A run begins when its id says, but for a clock that is off; a job that comes a second time comes soon. */
const clocksDifferByMs = 60_000;
const recordedWithinMs = 3_600_000;

/**
 * What becomes of runs that a job named and that could not be begun. Mostly the job came twice, and there is nothing to do.
 * The claim of a key that was deleted, or whose tenant is suspended or deleted, is dropped. A run that this tenant
 * neither has nor had is refused, and audited.
 */
export async function settleUnbegunRuns(
  deps: AuditDeps & { db: Database; logger: Logger },
  tenantId: string,
  runIds: readonly string[],
): Promise<void> {
  const strange = await withTenant(deps.db, tenantId, async (tx) => {
    // Before the look for results: a run that is recorded in between is found there.
    const claimed = new Set(await findClaims(tx, runIds));
    await dropOrphans(tx, runIds);
    const unclaimed = runIds.filter((id) => !claimed.has(id));
    const recorded = new Set(await findRuns(tx, unclaimed, deps.clock.now()));
    return unclaimed.filter((id) => !recorded.has(id));
  });
  if (strange.length === 0) return;
  await refuseJob(deps, tenantId, { kind: 'refused-probe', subject: { kind: 'job', id: 'run-probes' }, ids: strange });
}

async function findClaims(tx: Tx, runIds: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT run_id::text AS id FROM probe_claim WHERE tenant_id = current_tenant_id() AND run_id = ANY(${runIds}::uuid[])`;
  return rows.map(({ id }) => id);
}

async function dropOrphans(tx: Tx, runIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM probe_claim c USING provider_key k
    WHERE c.tenant_id = current_tenant_id() AND c.run_id = ANY(${runIds}::uuid[]) AND c.started_attempts < c.attempts
      AND k.tenant_id = c.tenant_id AND k.id = c.provider_key_id
      AND (k.deleted_at IS NOT NULL
        OR EXISTS (SELECT FROM tenant WHERE id = c.tenant_id AND status <> 'active'))`;
}

/** By when they began, so that few rows are looked at. An id that says it is of the future is of no run. */
async function findRuns(tx: Tx, runIds: readonly string[], now: Date): Promise<string[]> {
  const found: string[] = [];
  for (const id of runIds) {
    const claimedMs = idMadeAt(id).getTime();
    if (claimedMs > now.getTime() + clocksDifferByMs) continue;
    const from = new Date(claimedMs - clocksDifferByMs);
    const until = new Date(claimedMs + recordedWithinMs);
    const rows = await tx.$queryRaw<unknown[]>`
      SELECT FROM probe_run WHERE tenant_id = current_tenant_id() AND id = ${id}::uuid
        AND started_at >= ${from}::timestamptz AND started_at < ${until}::timestamptz`;
    if (rows.length > 0) found.push(id);
  }
  return found;
}
