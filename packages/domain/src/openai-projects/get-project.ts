import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { projectColumns, projectJoins, type OpenAiProjectView } from './openai-project.js';

/** @throws Problem `not-found`, the same for an absent and another tenant's project */
export async function getProject(deps: { db: Database }, tenantId: string, id: string): Promise<OpenAiProjectView> {
  const [row] = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<OpenAiProjectView[]>`
      SELECT ${projectColumns} FROM openai_project p ${projectJoins}
      WHERE p.tenant_id = ${tenantId}::uuid AND p.id = ${id}`,
  );
  if (!row) throw new Problem('not-found', { detail: 'There is no such project.' });
  return row;
}
