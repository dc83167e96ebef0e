import type { Tx } from '#db/database.js';
import type { Inventory, ProjectInventory } from './read-inventory.js';
import { storableJson } from './storable-json.js';

/** Puts what was listed in the place of what was known. What is listed no more stays: projects as they were, keys as gone. */
export async function writeInventory(
  tx: Tx,
  given: {
    tenantId: string;
    organizationId: string;
    /** What OpenAI calls the organization, when it told. */
    openaiId: string | null;
    inventory: Inventory;
    at: Date;
  },
): Promise<void> {
  const { tenantId, organizationId, openaiId, inventory, at } = given;
  const { projects, spendLimit, spendAlerts } = inventory;
  await writeProjects(tx, { organizationId, projects, at });
  await writeKeys(tx, { organizationId, projects, at });
  await tx.$executeRaw`
    UPDATE openai_api_key SET gone_at = ${at}::timestamptz
    WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid AND seen_at < ${at}::timestamptz
      AND gone_at IS NULL`;
  await tx.$executeRaw`
    UPDATE organization SET inventory_at = ${at}::timestamptz, openai_id = COALESCE(${openaiId}, openai_id),
      spend_limit = NULLIF(${storableJson(spendLimit)}::jsonb, 'null'), spend_alerts = ${storableJson(spendAlerts)}::jsonb
    WHERE tenant_id = ${tenantId}::uuid AND id = ${organizationId}::uuid`;
}

interface Written {
  organizationId: string;
  projects: readonly ProjectInventory[];
  at: Date;
}

async function writeProjects(tx: Tx, { organizationId, projects, at }: Written): Promise<void> {
  const rows = projects.map(({ project, spendLimit, spendAlerts, rateLimits }) => ({
    id: project.id,
    name: project.name,
    is_archived: project.isArchived,
    created_at: project.createdAt,
    archived_at: project.archivedAt,
    residency: project.residency,
    spend_limit: spendLimit,
    spend_alerts: spendAlerts,
    rate_limits: rateLimits,
  }));
  await tx.$executeRaw`
    INSERT INTO openai_project AS p (tenant_id, organization_id, seen_at, id, name, is_archived, created_at, archived_at,
      residency, spend_limit, spend_alerts, rate_limits)
    SELECT current_tenant_id(), ${organizationId}::uuid, ${at}::timestamptz, r.*
    FROM jsonb_to_recordset(${storableJson(rows)}::jsonb) AS r(id text, name text, is_archived boolean, created_at timestamptz,
      archived_at timestamptz, residency text, spend_limit jsonb, spend_alerts jsonb, rate_limits jsonb)
    ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, is_archived = excluded.is_archived,
      archived_at = excluded.archived_at, residency = excluded.residency, seen_at = excluded.seen_at, spend_limit = excluded.spend_limit,
      spend_alerts = excluded.spend_alerts, rate_limits = excluded.rate_limits`;
}

async function writeKeys(tx: Tx, { organizationId, projects, at }: Written): Promise<void> {
  const rows = projects.flatMap(({ project, keys }) =>
    keys.map(({ id, name, redactedValue, createdAt, lastUsedAt, expiresAt, hasOwnerAccess, owner }) => ({
      id,
      project_id: project.id,
      name,
      redacted_value: redactedValue,
      created_at: createdAt,
      last_used_at: lastUsedAt,
      expires_at: expiresAt,
      has_owner_access: hasOwnerAccess,
      owner_type: owner?.type ?? null,
      owner_id: owner?.id ?? null,
      owner_name: owner?.name ?? null,
    })),
  );
  await tx.$executeRaw`
    INSERT INTO openai_api_key AS a (tenant_id, organization_id, seen_at, id, project_id, name, redacted_value, created_at,
      last_used_at, expires_at, has_owner_access, owner_type, owner_id, owner_name)
    SELECT current_tenant_id(), ${organizationId}::uuid, ${at}::timestamptz, r.*
    FROM jsonb_to_recordset(${storableJson(rows)}::jsonb) AS r(id text, project_id text, name text, redacted_value text,
      created_at timestamptz, last_used_at timestamptz, expires_at timestamptz, has_owner_access boolean, owner_type text,
      owner_id text, owner_name text)
    ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, redacted_value = excluded.redacted_value,
      last_used_at = excluded.last_used_at, expires_at = excluded.expires_at,
      has_owner_access = excluded.has_owner_access, owner_type = excluded.owner_type, owner_id = excluded.owner_id,
      owner_name = excluded.owner_name, seen_at = excluded.seen_at, gone_at = NULL`;
}
