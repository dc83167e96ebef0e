import { Prisma } from '#db/rows.js';

/**
 * A query of the stored keys that are known at OpenAI: `stored_id`, and of the key at OpenAI `openai_id`, `project_id` and
 * `organization_id`. `standing_id` is the stored key to which it is linked: mostly the same, but of one that was deleted and
 * stored again the one that stands for it now. Of a deleted key no more is left than what it shows, by which `linkKeys` links
 * as well; so what it used stays with its project.
 */
export function keysAtOpenAi(tenantId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT provider_key_id AS stored_id, provider_key_id AS standing_id, id AS openai_id, project_id, organization_id
    FROM openai_api_key WHERE tenant_id = ${tenantId} AND provider_key_id IS NOT NULL
    UNION ALL
    SELECT former.id, standing.id, a.id, a.project_id, a.organization_id
    FROM provider_key former
      JOIN provider_key standing ON standing.tenant_id = former.tenant_id AND standing.kind = former.kind
        AND standing.mask = former.mask AND standing.id > former.id
      JOIN openai_api_key a ON a.tenant_id = standing.tenant_id AND a.provider_key_id = standing.id
    WHERE former.tenant_id = ${tenantId} AND former.deleted_at IS NOT NULL AND NOT EXISTS (
      SELECT FROM openai_api_key own WHERE own.tenant_id = former.tenant_id AND own.provider_key_id = former.id)`;
}
