import { withTenant } from '#db/with-tenant.js';
import { ImportOvertakenError, leaseMs, renewLease } from './import-run.js';
import type { ImportDeps } from './import-settings.js';

const renewEveryMs = leaseMs / 4;

/**
 * Renews the lease of a run while it waits for OpenAI, which may take minutes.
 * @returns a signal that aborts with `given`, or as soon as another worker has taken the import up or the tenant is
 *   closed; and the way to stop
 */
export function holdLease(
  deps: Pick<ImportDeps, 'db' | 'clock' | 'logger'>,
  run: { tenantId: string; runId: string },
  given: AbortSignal,
): { signal: AbortSignal; stop: () => void } {
  const { tenantId, runId } = run;
  const overtaken = new AbortController();
  const renew = async () => {
    try {
      await withTenant(deps.db, tenantId, (tx) => renewLease(tx, deps, { tenantId, runId }));
    } catch (error) {
      if (!(error instanceof ImportOvertakenError)) throw error;
      overtaken.abort(error);
    }
  };
  const timer = setInterval(() => {
    // While the database is away nothing can be written either, and what is written checks the lease itself.
    renew().catch((error: unknown) => deps.logger.warn({ err: error }, 'lease of an import could not be renewed'));
  }, renewEveryMs);
  return { signal: AbortSignal.any([given, overtaken.signal]), stop: () => clearInterval(timer) };
}
