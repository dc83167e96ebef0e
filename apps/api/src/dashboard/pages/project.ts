import type { Clock } from '#core/clock.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { type BookDeps, withBookSnapshot } from '#domain/books/book-snapshot.js';
import { sumBookByDay } from '#domain/books/sum-book-by-day.js';
import { getProject } from '#domain/openai-projects/get-project.js';
import { listProjectKeys } from '#domain/openai-projects/list-project-keys.js';
import { bookOfProjects } from '#domain/openai-projects/book-of-projects.js';
import type { OpenAiProjectView } from '#domain/openai-projects/openai-project.js';
import { readKnownSince } from '#domain/openai-projects/read-known-since.js';
import { addDays, localDay } from '#domain/spend/local-days.js';
import { readSpendSources, zoneOf } from '#domain/spend/read-spend-sources.js';
import { stateOfDays } from '#domain/spend/state-of-days.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { projectPage, type ProjectPageInput } from '../view-models/project-page.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';

const shownDays = 30;
const mostKeys = 200;

export function projectPages(deps: DashboardDeps): PageRoute[] {
  const place = { path: '/projects/:id', idOf: 'project' } as const;
  return [{ ...place, method: 'get', access: accessTo.projects.read, handle: (visit) => showProject(deps, visit) }];
}

/** Six looks into the database beside those of every page. */
async function showProject(deps: DashboardDeps, visit: Visit) {
  const { tenant, id } = visit;
  const project = await getProject(deps, tenant.id, id);
  const [frame, keys, spend] = await Promise.all([
    loadFrame(deps, visit),
    listProjectKeys(deps, tenant.id, { projectId: id, limit: mostKeys }),
    spendOf(deps, tenant.id, project),
  ]);
  return { html: deps.renderer.render('project', projectPage({ frame, project, keys, mostKeys, ...spend })) };
}

function spendOf(deps: DashboardDeps, tenantId: string, project: OpenAiProjectView) {
  return withBookSnapshot(deps, tenantId, (inSnapshot) => readSpendOf(inSnapshot, tenantId, project));
}

async function readSpendOf(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  { id, organizationId }: OpenAiProjectView,
): Promise<Pick<ProjectPageInput, 'book' | 'spend' | 'days' | 'knownSince' | 'today'>> {
  const sources = await readSpendSources(deps, tenantId);
  const book = bookOfProjects(sources);
  const zone = zoneOf(book ?? 'reported', sources);
  const toDay = localDay(deps.clock.now(), zone);
  const range = { fromDay: addDays(toDay, 1 - shownDays), toDay };
  if (book === null) return { book, spend: [], days: [], knownSince: null, today: toDay };
  const [spend, days, knownSince] = await Promise.all([
    sumBookByDay(deps, tenantId, { book, ...range, calendar: 'tenant', by: 'model', only: { projectId: id } }),
    stateOfDays(deps, tenantId, { book, sources, organizationId, ...range }),
    readKnownSince(deps, tenantId, { book, zone, ...range }),
  ]);
  return { book, spend, days, knownSince: knownSince.get(organizationId) ?? null, today: toDay };
}
