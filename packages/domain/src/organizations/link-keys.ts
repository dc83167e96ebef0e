import type { Tx } from '#db/database.js';

/**
 * Says of each key that OpenAI lists which stored key it is. Neither side shows more of a key than its beginning and its
 * last characters (`sk-proj-****excA`, or `sk-abc...def` in OpenAI's reference), so a link is made only where exactly one
 * living key and exactly one stored key of the tenant have them in common. A key that is gone keeps its link while the
 * stored key still shows the same.
 */
export async function linkKeys(tx: Tx): Promise<void> {
  await tx.$executeRaw`
    WITH listed AS (
      SELECT id, provider_key_id, gone_at, substring(redacted_value FROM ${kindPrefix}) AS prefix,
        substring(redacted_value FROM ${'(?:[*]|[.]{3}|…)([^*.…]{3,})$'}) AS ending
      FROM openai_api_key WHERE tenant_id = current_tenant_id()
    ), stored AS (
      SELECT id, split_part(mask, '…', 1) AS prefix, split_part(mask, '…', 2) AS ending
      FROM provider_key WHERE tenant_id = current_tenant_id() AND kind = 'project' AND deleted_at IS NULL
    ), pair AS (
      SELECT l.id AS listed_id, l.gone_at, l.provider_key_id AS linked_id, s.id AS stored_id,
        count(*) FILTER (WHERE l.gone_at IS NULL) OVER (PARTITION BY l.id) AS of_listed,
        count(*) FILTER (WHERE l.gone_at IS NULL) OVER (PARTITION BY s.id) AS of_stored
      FROM listed l JOIN stored s
        ON s.prefix = l.prefix AND right(s.ending, length(l.ending)) = right(l.ending, length(s.ending))
    ), link AS (
      SELECT listed_id, stored_id FROM pair
      WHERE (gone_at IS NULL AND of_listed = 1 AND of_stored = 1)
        OR (gone_at IS NOT NULL AND linked_id = stored_id AND of_stored = 0)
    )
    UPDATE openai_api_key a SET provider_key_id = link.stored_id
    FROM listed l LEFT JOIN link ON link.listed_id = l.id
    WHERE a.tenant_id = current_tenant_id() AND a.id = l.id AND a.provider_key_id IS DISTINCT FROM link.stored_id
      AND (link.stored_id IS NOT NULL OR EXISTS (
        SELECT FROM provider_key k WHERE k.tenant_id = a.tenant_id AND k.id = a.provider_key_id AND k.deleted_at IS NULL))`;
}

/** What tells the kind of a key, as `maskSecret` keeps it. */
const kindPrefix = '^sk-(?:proj-|svcacct-|admin-|service-)?';
