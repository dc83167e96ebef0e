import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { notACursor } from '../paging/not-a-cursor.js';
import { getOrganization } from './get-organization.js';
import { type DriftItem, type DriftKind, driftKinds } from './inventory-drift.js';
import { daysBefore } from './utc-days.js';

export interface DriftQuery {
  /** Default: every kind. */
  kind?: DriftKind | undefined;
  /** How many days without use make a key `unused`; default 30. */
  unusedDays?: number | undefined;
  /** The `next` of the page before. */
  after?: string | undefined;
  limit: number;
}

export interface DriftPage {
  items: DriftItem[];
  next: string | null;
  /** Of all pages, by kind. */
  counts: Record<DriftKind, number>;
}

const expiringDays = 30;

/**
 * Where the keys of an organization and those that are stored here differ, as of the last import, by kind and then by id.
 * @throws Problem `not-found`; `invalid-request` for an `after` that is none
 */
export async function listInventoryDrift(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  organizationId: string,
  query: DriftQuery,
): Promise<DriftPage> {
  await getOrganization(deps, tenantId, organizationId);
  const drift = driftRows(organizationId, { now: deps.clock.now(), unusedDays: query.unusedDays ?? 30 });
  const [rows, counts] = await withTenantSnapshot(deps.db, tenantId, (reader) =>
    Promise.all([
      reader.$queryRaw<DriftItem[]>`
      ${drift} SELECT kind, id AS "keyId", name AS "keyName", redacted_value AS "redactedValue",
        project_id AS "projectId", "projectName", owner_name AS "ownerName", "storedId" AS "providerKeyId", "keyLabel",
        created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt", gone_at AS "goneAt"
      FROM drift WHERE ${after(query.after)} AND kind = COALESCE(${query.kind ?? null}, kind)
      ORDER BY place, id LIMIT ${query.limit + 1}`,
      reader.$queryRaw<{ kind: DriftKind; count: number }[]>`
      ${drift} SELECT kind, count(*)::int AS count FROM drift GROUP BY kind`,
    ]),
  );
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  const counted = (kind: DriftKind) => counts.find((row) => row.kind === kind)?.count ?? 0;
  return {
    items,
    next: last && rows.length > query.limit ? `${last.kind} ${last.keyId}` : null,
    counts: Object.fromEntries(driftKinds.map((kind) => [kind, counted(kind)])) as Record<DriftKind, number>,
  };
}

/** The part `drift` of a `WITH`: the keys of the organization, once for each thing about them. */
function driftRows(organizationId: string, { now, unusedDays }: { now: Date; unusedDays: number }): Prisma.Sql {
  return Prisma.sql`
    WITH drift AS (
      SELECT about.*, a.id, a.name, a.redacted_value, a.project_id, p.name AS "projectName", a.owner_name, k.id AS "storedId",
        k.label AS "keyLabel", a.created_at, a.last_used_at, a.expires_at, a.gone_at
      FROM openai_api_key a
        LEFT JOIN openai_project p ON p.tenant_id = a.tenant_id AND p.id = a.project_id
        LEFT JOIN provider_key k ON k.tenant_id = a.tenant_id AND k.id = a.provider_key_id AND k.deleted_at IS NULL
        CROSS JOIN LATERAL (VALUES
          (1, 'not-stored', a.gone_at IS NULL AND k.id IS NULL),
          (2, 'gone', a.gone_at IS NOT NULL AND k.id IS NOT NULL),
          (3, 'unused', a.gone_at IS NULL
            AND COALESCE(a.last_used_at, a.created_at) < ${daysBefore(now, unusedDays)}::timestamptz),
          (4, 'no-owner-access', a.gone_at IS NULL AND NOT a.has_owner_access),
          (5, 'expiring', a.gone_at IS NULL AND a.expires_at < ${daysBefore(now, -expiringDays)}::timestamptz)
        ) AS about (place, kind, applies)
      WHERE a.tenant_id = current_tenant_id() AND a.organization_id = ${organizationId}::uuid AND about.applies
    )`;
}

function after(cursor: string | undefined): Prisma.Sql {
  if (cursor === undefined) return Prisma.sql`TRUE`;
  const [kind = '', id] = cursor.split(' ');
  const place = driftKinds.indexOf(kind as DriftKind) + 1;
  if (place === 0 || id === undefined || id.includes('\0')) throw notACursor();
  return Prisma.sql`(place, id) > (${place}::int, ${id})`;
}
