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

/** Another worker has taken this import up, because this one was silent for longer than its lease. */
export class ImportOvertakenError extends Error {
  override name = 'ImportOvertakenError';
  override message = 'another worker has taken up this import';
}

/**
 * One transaction of an import, which begins by renewing its lease: a worker that was overtaken writes nothing, and none
 * overtakes before it is committed.
 * @throws ImportOvertakenError
 */
export async function inImport<T>(deps: ImportDeps, run: ImportRun, work: (tx: Tx) => Promise<T>): Promise<T> {
  run.connection.signal?.throwIfAborted();
  return withTenant(deps.db, run.tenantId, async (tx) => {
    const { count } = await tx.organization.updateMany({
      where: { tenantId: run.tenantId, id: run.organizationId, importRunId: run.runId },
      data: { importLeaseUntil: new Date(deps.clock.now().getTime() + leaseMs) },
    });
    if (count === 0) throw new ImportOvertakenError();
    return work(tx);
  });
}
