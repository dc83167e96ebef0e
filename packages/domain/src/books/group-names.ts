import { Prisma } from '#db/rows.js';
import { type BookDeps, withBookSnapshot } from './book-snapshot.js';
import type { BookGroup } from './book.js';

/** Groups that have a name beside their id. */
export type NamedGroup = 'project' | 'organization' | 'key';

/** The name of `g."group"`, and what it is found in. */
const nameOfGroup: Record<NamedGroup, { name: Prisma.Sql; join: (tenantId: string) => Prisma.Sql }> = {
  // With its organization where another one has a project of that name, whether it is among the groups or not, so that a
  // project is called the same on every page and in every week of a file.
  project: {
    name: Prisma.sql`COALESCE(p.name || ' (' || o.name || ')', p.name, g."group")`,
    join: (tenantId) => Prisma.sql`
      LEFT JOIN openai_project p ON p.tenant_id = ${tenantId}::uuid AND p.id = g."group"
      LEFT JOIN (
        SELECT name FROM openai_project WHERE tenant_id = ${tenantId}::uuid
        GROUP BY name HAVING min(organization_id::text) <> max(organization_id::text)
      ) shared ON shared.name = p.name
      LEFT JOIN organization o ON o.tenant_id = ${tenantId}::uuid AND o.id = p.organization_id AND shared.name IS NOT NULL`,
  },
  organization: {
    name: Prisma.sql`COALESCE(o.name, g."group")`,
    join: (tenantId) =>
      Prisma.sql`LEFT JOIN organization o ON o.tenant_id = ${tenantId}::uuid AND o.id::text = g."group"`,
  },
  // A stored key has the label that was given to it here, also where OpenAI reports it under its own name.
  key: {
    name: Prisma.sql`COALESCE(k.label, a.name, g."group")`,
    join: (tenantId) => Prisma.sql`
      LEFT JOIN openai_api_key a ON a.tenant_id = ${tenantId}::uuid AND a.id = g."group"
      LEFT JOIN provider_key k ON k.tenant_id = ${tenantId}::uuid
        AND k.id::text = COALESCE(a.provider_key_id::text, g."group")`,
  },
};

export function hasNames(by: BookGroup): by is NamedGroup {
  return by in nameOfGroup;
}

/** Group and name of the groups of `groups`, which has a column `"group"`. */
export function selectNames(by: NamedGroup, groups: Prisma.Sql, tenantId: string): Prisma.Sql {
  const { name, join } = nameOfGroup[by];
  return Prisma.sql`SELECT g."group", ${name} AS name FROM ${groups} AS g ${join(tenantId)}`;
}

/** What groups are called, for whoever summed them without their names: those of `groups` by name, all others by themselves. */
export async function findGroupNames(
  deps: BookDeps,
  tenantId: string,
  by: BookGroup,
  groups: readonly (string | null)[],
): Promise<(group: string | null) => string | null> {
  const ids = groups.flatMap((group) => group ?? []);
  if (ids.length === 0 || !hasNames(by)) return (group) => group;
  const asked = Prisma.sql`unnest(${ids}::text[])`;
  const rows = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot: { steadyReader: reader } }) => reader.$queryRaw<{ group: string; name: string }[]>`
      ${selectNames(by, Prisma.sql`(SELECT "group" FROM ${asked} AS asked("group"))`, tenantId)}`,
  );
  const names = new Map(rows.map(({ group, name }) => [group, name]));
  return (group) => (group === null ? null : (names.get(group) ?? group));
}
