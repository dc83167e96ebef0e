import { listProjects } from '#openai/organization/list-projects.js';
import { inImportAlone, type ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import { linkKeys } from './link-keys.js';
import { readInventory } from './read-inventory.js';
import { settleIdentity } from './settle-identity.js';
import { writeInventory } from './write-inventory.js';

/**
 * Lists what an organization has, having made sure which organization it is.
 * @returns the run, of the organization that the key turned out to open
 * @throws ImportFailure, OrganizationReadError, ImportOvertakenError, or the signal's reason
 */
export async function importInventory(deps: ImportDeps, run: ImportRun): Promise<ImportRun> {
  let openaiId: string | null = null;
  const connection = { ...run.connection, onOrganization: (told: string) => void (openaiId = told) };
  const projects = await listProjects(deps, connection);
  const settled = await settleIdentity(deps, run, projects);
  const inventory = await readInventory(deps, settled, projects);
  await inImportAlone(deps, settled, async (tx) => {
    const { tenantId, organizationId } = settled;
    await writeInventory(tx, { tenantId, organizationId, openaiId, inventory, at: deps.clock.now() });
    await linkKeys(tx);
  });
  const rows = inventory.projects.reduce((sum, { keys }) => sum + keys.length, 0);
  deps.onStep?.({ feed: 'inventory', from: null, to: null, rows });
  return settled;
}
