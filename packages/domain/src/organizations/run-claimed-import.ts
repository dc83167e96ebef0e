import { withTenant } from '#db/with-tenant.js';
import type { Actor } from '../audit/actor.js';
import { refuseJob } from '../audit/refuse-job.js';
import { importOrganization, type ClaimedImport } from './import-organization.js';
import type { ImportDeps } from './import-settings.js';

/**
 * `importOrganization` as a job of the worker: with a line in the log for its beginning and its end. One of an organization
 * that the tenant does not have is refused, and audited.
 */
export async function runClaimedImport(
  deps: ImportDeps & { actor: Actor },
  claim: ClaimedImport,
  signal: AbortSignal,
): Promise<void> {
  const { organizationId, tenantId, part } = claim;
  const facts = { organizationId, tenantId, part };
  let rows = 0;
  const startedAt = deps.clock.now().getTime();
  deps.logger.debug(facts, 'import begins');
  const counting = { ...deps, onStep: (step: { rows: number }) => void (rows += step.rows) };
  const ending = await importOrganization(counting, claim, signal);
  if (ending === null) return settleUnbegunImport(deps, claim);
  const result = { ...facts, ending: ending.kind, rows, tookMs: deps.clock.now().getTime() - startedAt };
  if (ending.kind !== 'failed') return deps.logger.info(result, 'organization imported');
  return deps.logger.warn({ ...result, code: ending.code, reason: ending.message }, 'import failed');
}

/** Mostly the job came twice, or its key was switched off, and there is nothing to do. */
async function settleUnbegunImport(
  deps: ImportDeps & { actor: Actor },
  { tenantId, organizationId, part }: ClaimedImport,
): Promise<void> {
  const known = await withTenant(deps.db, tenantId, (tx) =>
    tx.organization.findUnique({ where: { tenantId_id: { tenantId, id: organizationId } }, select: { id: true } }),
  );
  if (known) return deps.logger.debug({ organizationId, tenantId, part }, 'import is done by another worker');
  const subject = { kind: 'job', id: 'import-organization' };
  await refuseJob(deps, tenantId, { kind: 'refused-import', subject, ids: [organizationId] });
}
