import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { notACursor } from '../paging/not-a-cursor.js';
import { projectColumns, projectJoins, type OpenAiProjectView } from './openai-project.js';

/** `unowned`: active, with a key whose owner has left the project. */
export const projectStates = ['active', 'archived', 'unowned'] as const;
export type ProjectState = (typeof projectStates)[number];

export interface ProjectSearch {
  /** Part of the name or the id, whatever the case; empty finds all. */
  text: string;
  /** Null: all. */
  state: ProjectState | null;
  organizationId?: string | undefined;
  after?: string | undefined;
  limit: number;
}

export interface FoundProjects {
  items: OpenAiProjectView[];
  /** The `after` of the following page, null on the last. */
  next: string | null;
  /** Of all projects with this text in this organization, whatever their state. */
  counts: Record<ProjectState | 'all', number>;
}

const stateSql: Record<ProjectState, Prisma.Sql> = {
  active: Prisma.sql`NOT p.is_archived`,
  archived: Prisma.sql`p.is_archived`,
  unowned: Prisma.sql`NOT p.is_archived AND EXISTS (
    SELECT FROM openai_api_key a
    WHERE a.tenant_id = p.tenant_id AND a.project_id = p.id AND a.gone_at IS NULL AND NOT a.has_owner_access)`,
};

/** The order of the list; names need not be unique. */
const place = Prisma.sql`lower(COALESCE(p.name, p.id))`;

/**
 * One page of a tenant's projects at OpenAI, by name.
 * @throws Problem `invalid-request` for a cursor that is none of ours
 */
export async function findProjects(
  deps: { db: Database },
  tenantId: string,
  search: ProjectSearch,
): Promise<FoundProjects> {
  const matching = matches(tenantId, search);
  const inState = search.state === null ? Prisma.sql`TRUE` : stateSql[search.state];
  const [rows, counts] = await withTenantSnapshot(deps.db, tenantId, (reader) =>
    Promise.all([
      reader.$queryRaw<(OpenAiProjectView & { place: string })[]>`
      SELECT ${projectColumns}, ${place} AS place FROM openai_project p ${projectJoins}
      WHERE ${matching} AND ${inState} AND ${following(search.after)}
      ORDER BY ${place}, p.id LIMIT ${search.limit + 1}`,
      reader.$queryRaw<FoundProjects['counts'][]>`
      SELECT count(*)::int AS all, count(*) FILTER (WHERE ${stateSql.active})::int AS active,
        count(*) FILTER (WHERE ${stateSql.archived})::int AS archived,
        count(*) FILTER (WHERE ${stateSql.unowned})::int AS unowned
      FROM openai_project p WHERE ${matching}`,
    ]),
  );
  const shown = rows.slice(0, search.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ place: _place, ...project }) => project),
    next: rows.length > search.limit && last ? encodeCursor([last.place, last.id]) : null,
    counts: counts[0] ?? { all: 0, active: 0, archived: 0, unowned: 0 },
  };
}

function matches(tenantId: string, { text, organizationId }: ProjectSearch): Prisma.Sql {
  // Postgres takes no NUL, and has none to find.
  const wanted = text.toLowerCase().replaceAll('\0', '');
  return Prisma.join(
    [
      Prisma.sql`p.tenant_id = ${tenantId}::uuid`,
      ...(wanted === '' ? [] : [Prisma.sql`strpos(lower(concat_ws(E'\n', p.name, p.id)), ${wanted}) > 0`]),
      ...(organizationId === undefined ? [] : [Prisma.sql`p.organization_id = ${organizationId}::uuid`]),
    ],
    ' AND ',
  );
}

function following(after: string | undefined): Prisma.Sql {
  if (after === undefined) return Prisma.sql`TRUE`;
  const [name, id] = decodeCursor(after);
  return Prisma.sql`(${place}, p.id) > (${name}, ${id})`;
}

function encodeCursor(at: readonly [name: string, id: string]): string {
  return Buffer.from(at.join('\0')).toString('base64url');
}

function decodeCursor(cursor: string): [name: string, id: string] {
  const [name, id, ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split('\0');
  if (name === undefined || id === undefined || rest.length > 0 || encodeCursor([name, id]) !== cursor) {
    throw notACursor();
  }
  return [name, id];
}
