import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { findGroupNames } from '../books/group-names.js';

/** What figures are narrowed to, called as it is where they are told apart by it; null where nothing is asked of it. */
export async function nameSpendFilters(
  deps: BookDeps,
  tenantId: string,
  { projectId, keyId }: { projectId?: string | undefined; keyId?: string | undefined },
): Promise<{ project: string | null; key: string | null }> {
  return withBookSnapshot(deps, tenantId, async (inSnapshot) => {
    const nameOf = async (by: 'project' | 'key', id: string | undefined) =>
      id === undefined ? null : (await findGroupNames(inSnapshot, tenantId, by, [id]))(id);
    const [project, key] = await Promise.all([nameOf('project', projectId), nameOf('key', keyId)]);
    return { project, key };
  });
}
