import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import type { DaySpan } from '../books/book.js';
import { isNamedInBooks } from '../books/is-named-in-books.js';

/**
 * So that a misspelt project is not answered with “nothing was spent”. One is known when OpenAI listed it, or when usage or
 * a bill names it: in the last 400 days, or in those asked about.
 * @throws Problem `not-found`, the same for a project of nobody and of another tenant
 */
export async function assertProjectKnown(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { id, asked }: { id: string; asked: DaySpan },
): Promise<void> {
  const listed = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<unknown[]>`
      SELECT FROM openai_project WHERE tenant_id = ${tenantId}::uuid AND id = ${id}`,
  );
  if (listed.length > 0 || (await isNamedInBooks(deps, tenantId, { only: { projectId: id }, asked }))) return;
  const detail = 'There is no such project. Give OpenAI’s id of it; GET /projects lists them.';
  throw new Problem('not-found', { field: 'project', detail });
}
