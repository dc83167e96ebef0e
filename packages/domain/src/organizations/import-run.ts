import type { Clock } from '#core/clock.js';
import type { Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AdminConnection } from '#openai/organization/admin-connection.js';
import type { ImportDeps } from './import-settings.js';

/** How long an import may be silent before another worker takes it up. */
export const leaseMs = 120_000;

/** An import that this process, and no other, carries out. */
export interface ImportRun {
  tenantId: string;
  organizationId: string;
  /** Of this attempt alone. */
  runId: string;
  /** With the signal that ends the import. */
  connection: AdminConnection;
}

/**
 * Another worker has taken this import up, because this one was silent for longer than its lease; or its tenant was
 * suspended or deleted meanwhile.
 */
export class ImportOvertakenError extends Error {
  override name = 'ImportOvertakenError';
  override message = 'another worker has taken up this import, or its tenant is closed';
}

/**
 * One transaction of an import, which begins by renewing its lease: a worker that was overtaken writes nothing, and none
 * overtakes before it is committed.
 * @throws ImportOvertakenError
 */
export async function inImport<T>(deps: ImportDeps, run: ImportRun, work: (tx: Tx) => Promise<T>): Promise<T> {
  run.connection.signal?.throwIfAborted();
  return withTenant(deps.db, run.tenantId, async (tx) => {
    await renewLease(tx, deps, { tenantId: run.tenantId, runId: run.runId });
    return work(tx);
  });
}

/**
 * The same, one at a time within a tenant: for what looks at the projects and keys of its other organizations, or writes them.
 * The lock comes before the lease, so that nobody waits for it with an organization in hand that whoever has it needs.
 * @throws ImportOvertakenError
 */
export async function inImportAlone<T>(deps: ImportDeps, run: ImportRun, work: (tx: Tx) => Promise<T>): Promise<T> {
  run.connection.signal?.throwIfAborted();
  return withTenant(deps.db, run.tenantId, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('keyledger.projects'), hashtext(${run.tenantId}))`;
    await renewLease(tx, deps, { tenantId: run.tenantId, runId: run.runId });
    return work(tx);
  });
}

/**
 * Says that a run goes on.
 * @throws ImportOvertakenError
 */
export async function renewLease(
  tx: Tx,
  deps: { clock: Clock },
  { tenantId, runId }: { tenantId: string; runId: string },
): Promise<void> {
  const until = new Date(deps.clock.now().getTime() + leaseMs);
  const renewed = await tx.$executeRaw`
    UPDATE organization o SET import_lease_until = ${until}::timestamptz
    WHERE o.tenant_id = ${tenantId}::uuid AND o.import_run_id = ${runId}::uuid
      AND EXISTS (SELECT FROM tenant t WHERE t.id = o.tenant_id AND t.status = 'active')`;
  if (renewed === 0) throw new ImportOvertakenError();
}
