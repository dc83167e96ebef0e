import { withTenant } from '#db/with-tenant.js';
import type { ImportDeps } from './import-settings.js';

/**
 * How an import ended. `cut-off`: by us, such as when the worker stops; it is due again at once. `failed`: it is tried
 * again when it is next due, not sooner, so that a revoked key is not asked about all the time.
 */
export type ImportEnding =
  | { kind: 'done'; hasMorePast: boolean }
  | { kind: 'cut-off' }
  | { kind: 'failed'; code: string; message: string };

/**
 * Gives the lease back and notes how the import ended.
 * @returns the organization that it was of, which a new key of a known one may have changed; null, and nothing is changed,
 *   when it was overtaken
 */
export async function endImport(
  deps: Pick<ImportDeps, 'db' | 'clock'>,
  run: { tenantId: string; runId: string },
  ending: ImportEnding,
): Promise<string | null> {
  const now = deps.clock.now();
  const [ended] = await withTenant(deps.db, run.tenantId, (tx) =>
    tx.organization.updateManyAndReturn({
      where: { tenantId: run.tenantId, importRunId: run.runId },
      data: { importRunId: null, importLeaseUntil: null, ...columnsOf(ending, now) },
      select: { id: true },
    }),
  );
  return ended?.id ?? null;
}

function columnsOf(ending: ImportEnding, now: Date) {
  if (ending.kind === 'cut-off') return { nextImportAt: now };
  if (ending.kind === 'done') {
    return { backfillDue: ending.hasMorePast, importFailedAt: null, importErrorCode: null, importError: null };
  }
  const { code: importErrorCode, message } = ending;
  return { backfillDue: false, importFailedAt: now, importErrorCode, importError: message.slice(0, 500) };
}
