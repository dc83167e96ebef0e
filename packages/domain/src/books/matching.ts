import { Prisma } from '#db/rows.js';
import type { Book, BookFilter } from './book.js';

/**
 * What the rows `s` of sums or hours have to be, to be meant by a filter. The measured book has no projects and organizations
 * but those of its keys, which are in the part `owner` of the statement.
 */
export function matching(book: Book, filter: BookFilter): Prisma.Sql {
  const { organizationId, projectId, keyId, keyIds, model, models, tier, kind, exceptKind } = filter;
  const isMeasured = book === 'measured';
  const ofOrganization = (id: string) =>
    isMeasured ? ownedBy('organization_id', id) : Prisma.sql`s.organization_id = ${id}::uuid`;
  const ofProject = (id: string) => (isMeasured ? ownedBy('project_id', id) : Prisma.sql`s.project_id = ${id}`);
  const conditions = [
    given(organizationId, ofOrganization),
    given(projectId, ofProject),
    given(keyId, (id) => Prisma.sql`s.key_id = ${id}`),
    given(keyIds, (ids) => Prisma.sql`s.key_id = ANY(${[...ids]})`),
    given(model, (name) => Prisma.sql`s.model = ${name}`),
    given(models, (names) => Prisma.sql`s.model = ANY(${[...names]})`),
    given(tier, (name) => Prisma.sql`s.service_tier = ${name}`),
    given(kind, (name) => Prisma.sql`s.kind = ${name}`),
    given(exceptKind, (name) => Prisma.sql`s.kind <> ${name}`),
  ];
  return Prisma.join([Prisma.sql`TRUE`, ...conditions.flat()], ' AND ');
}

function given<Value>(value: Value | undefined, condition: (value: Value) => Prisma.Sql): Prisma.Sql[] {
  return value === undefined ? [] : [condition(value)];
}

/** An empty id: of none at all. */
function ownedBy(column: 'project_id' | 'organization_id', id: string): Prisma.Sql {
  const keys = (condition: Prisma.Sql) =>
    Prisma.sql`(s.key_id = ANY(ARRAY(SELECT key_id FROM owner WHERE ${condition})))`;
  return id === '' ? Prisma.sql`NOT ${keys(Prisma.sql`TRUE`)}` : keys(Prisma.sql`${Prisma.raw(column)} = ${id}`);
}
