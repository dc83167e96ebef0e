import type { Tx } from '#db/database.js';
import type { OrganizationProject } from '#openai/organization/list-projects.js';
import { forgetEmptyOrganization } from './forget-empty-organization.js';
import { ImportFailure } from './import-failure.js';
import { inImportAlone, type ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';

/**
 * Finds out which organization a key opens before anything else of it is written, so that none is counted twice: OpenAI's
 * project ids are unique among all organizations, and here each belongs to the one that had it first.
 *
 * A key that opens an organization whose former key was deleted goes on with that one's history, and the import with it.
 * @returns the run, of the organization that it is about
 * @throws ImportFailure `same-organization`, `other-organization`
 */
export function settleIdentity(
  deps: ImportDeps,
  run: ImportRun,
  projects: readonly OrganizationProject[],
): Promise<ImportRun> {
  // Two keys of one organization would else both be the first.
  return inImportAlone(deps, run, async (tx) => {
    const settled = await settle(tx, run, projects);
    const { organizationId } = settled;
    await tx.openaiProject.createMany({
      data: projects.map((project) => ({
        tenantId: run.tenantId,
        organizationId,
        ...project,
        seenAt: deps.clock.now(),
      })),
      skipDuplicates: true,
    });
    return settled;
  });
}

async function settle(tx: Tx, run: ImportRun, projects: readonly OrganizationProject[]): Promise<ImportRun> {
  const { owners, hasOthers } = await knownProjects(tx, run, projects);
  const isOwn = owners.some(({ id }) => id === run.organizationId);
  // Also where a key of that other one is connected: with a history of its own that it does not open, it was replaced.
  if (hasOthers && !isOwn) throw otherOrganization();
  const other = owners.find(({ id }) => id !== run.organizationId);
  if (!other) return run;
  if (other.isConnected) throw sameOrganization(other.name);
  await takeOver(tx, run, other);
  return { ...run, organizationId: other.id };
}

interface Owner {
  id: string;
  name: string;
  isConnected: boolean;
}

/** The organizations here that have any of these projects, and whether this one has any other projects. */
async function knownProjects(
  tx: Tx,
  { organizationId }: ImportRun,
  projects: readonly OrganizationProject[],
): Promise<{ owners: Owner[]; hasOthers: boolean }> {
  const ids = projects.map(({ id }) => id);
  const owners = await tx.$queryRaw<Owner[]>`
    SELECT o.id, o.name, k.deleted_at IS NULL AS "isConnected"
    FROM organization o JOIN provider_key k ON k.tenant_id = o.tenant_id AND k.id = o.provider_key_id
    WHERE o.tenant_id = current_tenant_id() AND EXISTS (
      SELECT FROM openai_project p
      WHERE p.tenant_id = o.tenant_id AND p.organization_id = o.id AND p.id = ANY(${ids}::text[]))`;
  const others = await tx.openaiProject.count({ where: { organizationId, id: { notIn: ids } } });
  return { owners, hasOthers: others > 0 };
}

/** The organization without a key gets this run's, with its lease; the row that was made for the key goes. */
async function takeOver(tx: Tx, run: ImportRun, other: Owner): Promise<void> {
  const { tenantId, organizationId, runId } = run;
  const { providerKeyId, importLeaseUntil, importStartedAt, nextImportAt } = await tx.organization.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: organizationId } },
  });
  if (!(await forgetEmptyOrganization(tx, { tenantId, providerKeyId }))) throw inTheWay(other.name);
  await tx.organization.update({
    where: { tenantId_id: { tenantId, id: other.id } },
    data: { providerKeyId, importRunId: runId, importLeaseUntil, importStartedAt, nextImportAt },
  });
}

function sameOrganization(name: string): ImportFailure {
  const message = `This key opens the same organization as “${name}”, which is connected already. Nothing was imported, as it would be counted twice. Delete one of the two admin keys.`;
  return new ImportFailure('same-organization', message);
}

function inTheWay(name: string): ImportFailure {
  const message = `This key opens the same organization as “${name}”, whose admin key was deleted. Nothing was imported: credit was entered for this key’s own entry, which cannot give way to that history. Delete this admin key and store it again, and enter the credit for “${name}”.`;
  return new ImportFailure('same-organization', message);
}

function otherOrganization(): ImportFailure {
  const message =
    'This key opens another organization than the one whose history is here. Store it as a key of its own, and put back a key of the former one.';
  return new ImportFailure('other-organization', message);
}
