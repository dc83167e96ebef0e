import { importOrganization, type ClaimedImport } from './import-organization.js';
import type { ImportDeps } from './import-settings.js';

/** `importOrganization` as a job of the worker: with a line in the log for its beginning and its end. */
export async function runClaimedImport(deps: ImportDeps, claim: ClaimedImport, signal: AbortSignal): Promise<void> {
  const { organizationId, tenantId, part } = claim;
  const facts = { organizationId, tenantId, part };
  let rows = 0;
  const startedAt = deps.clock.now().getTime();
  deps.logger.debug(facts, 'import begins');
  const counting = { ...deps, onStep: (step: { rows: number }) => void (rows += step.rows) };
  const ending = await importOrganization(counting, claim, signal);
  if (ending === null) return deps.logger.debug(facts, 'import is done by another worker');
  const result = { ...facts, ending: ending.kind, rows, tookMs: deps.clock.now().getTime() - startedAt };
  if (ending.kind !== 'failed') return deps.logger.info(result, 'organization imported');
  return deps.logger.warn({ ...result, code: ending.code, reason: ending.message }, 'import failed');
}
