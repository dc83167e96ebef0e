import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';

/** A key of a project as OpenAI last listed it. */
export interface ProjectKeyView {
  /** OpenAI's, `key_…`. */
  id: string;
  name: string;
  redactedValue: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  hasOwnerAccess: boolean;
  ownerType: string | null;
  ownerName: string | null;
  /** When it was first missing from the list. */
  goneAt: Date | null;
  /** The stored key that it is; null when none is, or more than one could be. */
  storedKeyId: string | null;
  storedKeyLabel: string | null;
}

/** A project's keys: those that are listed still, the last used first; then those that are gone. */
export function listProjectKeys(
  deps: { db: Database },
  tenantId: string,
  { projectId, limit }: { projectId: string; limit: number },
): Promise<ProjectKeyView[]> {
  return withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<ProjectKeyView[]>`
      SELECT a.id, a.name, a.redacted_value AS "redactedValue", a.created_at AS "createdAt",
        a.last_used_at AS "lastUsedAt", a.expires_at AS "expiresAt", a.has_owner_access AS "hasOwnerAccess",
        a.owner_type AS "ownerType", a.owner_name AS "ownerName", a.gone_at AS "goneAt", k.id AS "storedKeyId",
        k.label AS "storedKeyLabel"
      FROM openai_api_key a
        LEFT JOIN provider_key k ON k.tenant_id = a.tenant_id AND k.id = a.provider_key_id AND k.deleted_at IS NULL
      WHERE a.tenant_id = ${tenantId}::uuid AND a.project_id = ${projectId}
      ORDER BY a.gone_at DESC NULLS FIRST, a.last_used_at DESC NULLS LAST, a.id LIMIT ${limit}`,
  );
}
