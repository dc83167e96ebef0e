import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';

/** The names of what figures are narrowed to; null where there is none, as for what is gone from OpenAI unseen. */
export async function nameSpendFilters(
  deps: BookDeps,
  tenantId: string,
  { projectId, keyId }: { projectId?: string | undefined; keyId?: string | undefined },
): Promise<{ project: string | null; key: string | null }> {
  const [row] = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { reader } }) => reader.$queryRaw<{ project: string | null; key: string | null }[]>`
      SELECT (SELECT name FROM openai_project WHERE tenant_id = ${tenantId}::uuid AND id = ${projectId ?? null}) AS project,
        COALESCE(
          (SELECT label FROM provider_key WHERE tenant_id = ${tenantId}::uuid AND id::text = ${keyId ?? null}),
          (SELECT name FROM openai_api_key WHERE tenant_id = ${tenantId}::uuid AND id = ${keyId ?? null})
        ) AS key`,
  );
  return row ?? { project: null, key: null };
}
