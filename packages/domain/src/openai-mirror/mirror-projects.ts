import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { listProjects } from '#openai/organization/list-projects.js';
import type { OrganizationView } from '../organizations/organization.js';
import { freshForMs } from './answer-cache.js';
import { askOpenAi } from './ask-openai.js';
import { chooseOrganizations } from './choose-organizations.js';
import type { MirrorDeps } from './mirror-costs.js';
import { spendQuestion } from './question-budget.js';
import { type Imported, importedElseFetched, joinSources, type Mirrored } from './mirrored.js';

/** As `GET /organization/projects` of OpenAI. */
export interface ProjectQuestion {
  includeArchived: boolean;
  limit: number;
  /** The id of the project that the page before ended with. */
  after: string | undefined;
  organization: string | undefined;
}

/** Instants are Unix seconds. */
export interface MirroredProject {
  id: string;
  name: string | null;
  isArchived: boolean;
  createdAt: number;
  archivedAt: number | null;
  residency: string | null;
}

/** More than any organization has. */
const mostProjects = 10_000;

/** Projects, oldest first. From where, and errors, as `mirrorCosts`. */
export async function mirrorProjects(
  deps: MirrorDeps,
  tenantId: string,
  { includeArchived, limit, after, organization: wanted }: ProjectQuestion,
): Promise<Mirrored<{ projects: MirroredProject[]; hasMore: boolean }>> {
  const organizations = await chooseOrganizations(deps, tenantId, wanted);
  const answers = await Promise.all(organizations.map((each) => projectsOf(deps, tenantId, each)));
  const byId = new Map(answers.flatMap(({ value }) => value).map((project) => [project.id, project]));
  const all = [...byId.values()].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  const place = after === undefined ? -1 : all.findIndex(({ id }) => id === after);
  if (after !== undefined && place === -1) {
    const detail = 'no such project';
    throw new Problem('invalid-request', { detail: `after: ${detail}`, fields: { after: detail } });
  }
  const left = all.slice(place + 1).filter(({ isArchived }) => includeArchived || !isArchived);
  return { ...joinSources(answers), value: { projects: left.slice(0, limit), hasMore: left.length > limit } };
}

async function projectsOf(
  deps: MirrorDeps,
  tenantId: string,
  organization: OrganizationView,
): Promise<Mirrored<MirroredProject[]>> {
  return importedElseFetched(deps.answers, {
    organization,
    imported: await readImported(deps, tenantId, organization, deps.clock.now()),
    key: `${tenantId}:${organization.id}:projects`,
    async fetch() {
      await spendQuestion(deps, tenantId);
      return fetchProjects(deps, tenantId, organization);
    },
  });
}

async function readImported(
  deps: { db: Database },
  tenantId: string,
  { id, inventoryAt }: OrganizationView,
  now: Date,
): Promise<Imported<MirroredProject[]>> {
  const rows = await withTenant(deps.db, tenantId, (tx) =>
    tx.openaiProject.findMany({
      where: { tenantId, organizationId: id },
      select: { id: true, name: true, isArchived: true, createdAt: true, archivedAt: true, residency: true },
      take: mostProjects,
    }),
  );
  const ageMs = inventoryAt ? Math.max(0, now.getTime() - inventoryAt.getTime()) : 0;
  const isWhole = inventoryAt !== null;
  return { value: rows.map(toMirrored), isWhole, isFresh: isWhole && ageMs < freshForMs, ageMs };
}

function fetchProjects(deps: MirrorDeps, tenantId: string, organization: OrganizationView): Promise<MirroredProject[]> {
  return askOpenAi(deps, tenantId, organization, async (readDeps, connection) => {
    return (await listProjects(readDeps, connection)).map(toMirrored);
  });
}

function toMirrored({
  createdAt,
  archivedAt,
  ...project
}: Omit<MirroredProject, 'createdAt' | 'archivedAt'> & { createdAt: Date; archivedAt: Date | null }): MirroredProject {
  return {
    ...project,
    createdAt: Math.floor(createdAt.getTime() / 1000),
    archivedAt: archivedAt && Math.floor(archivedAt.getTime() / 1000),
  };
}
