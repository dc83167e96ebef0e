import { Prisma } from '#db/rows.js';
import type { ProjectRateLimit } from '#openai/organization/list-project-rate-limits.js';
import type { SetSpendAlert, SetSpendLimit } from '../organizations/organization.js';

/** A project at OpenAI, as it was last listed, and a summary of its keys. */
export interface OpenAiProjectView {
  /** OpenAI's, `proj_…`. */
  id: string;
  /** Null where OpenAI tells none. */
  name: string | null;
  organizationId: string;
  organizationName: string;
  isArchived: boolean;
  createdAt: Date;
  archivedAt: Date | null;
  /** Where its data is kept, and processed, as OpenAI calls it: see `OrganizationProject`. Null: not known. */
  residency: string | null;
  /** When OpenAI was last asked for it. */
  seenAt: Date;
  /** Keys that OpenAI lists, and those of them that are stored here. */
  keys: number;
  storedKeys: number;
  /** Keys that go on working although their owner has left the project. */
  keysWithoutOwner: number;
  /** Of any of its keys. */
  lastUsedAt: Date | null;
  /** As set at OpenAI. */
  spendLimit: SetSpendLimit | null;
  spendAlerts: SetSpendAlert[];
  rateLimits: Omit<ProjectRateLimit, 'id'>[];
}

/** The columns of a view, from `openai_project p`. */
export const projectColumns = Prisma.sql`
  p.id, p.name, p.organization_id AS "organizationId", o.name AS "organizationName", p.is_archived AS "isArchived",
  p.created_at AS "createdAt", p.archived_at AS "archivedAt", p.residency, p.seen_at AS "seenAt", k.keys, k.stored AS "storedKeys",
  k.without_owner AS "keysWithoutOwner", k.last_used_at AS "lastUsedAt", p.spend_limit AS "spendLimit",
  COALESCE(p.spend_alerts, '[]') AS "spendAlerts", COALESCE(p.rate_limits, '[]') AS "rateLimits"`;

/** What `projectColumns` needs beside `openai_project p`. */
export const projectJoins = Prisma.sql`
  JOIN organization o ON o.tenant_id = p.tenant_id AND o.id = p.organization_id
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE gone_at IS NULL)::int AS keys,
      count(s.id) FILTER (WHERE gone_at IS NULL)::int AS stored,
      count(*) FILTER (WHERE gone_at IS NULL AND NOT has_owner_access)::int AS without_owner,
      max(last_used_at) AS last_used_at
    FROM openai_api_key a
      LEFT JOIN provider_key s ON s.tenant_id = a.tenant_id AND s.id = a.provider_key_id AND s.deleted_at IS NULL
    WHERE a.tenant_id = p.tenant_id AND a.project_id = p.id
  ) AS k`;
