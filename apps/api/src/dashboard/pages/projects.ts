import { z } from 'zod';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { findProjects, projectStates } from '#domain/openai-projects/find-projects.js';
import { sumProjectsThisMonth } from '#domain/openai-projects/sum-projects-this-month.js';
import { readSpendSources } from '#domain/spend/read-spend-sources.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { projectsPage } from '../view-models/projects-page.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';

const shownProjects = 50;
const longestSearch = 200;

export function projectsPages(deps: DashboardDeps): PageRoute[] {
  return [
    { method: 'get', path: '/projects', access: accessTo.projects.read, handle: (visit) => showProjects(deps, visit) },
  ];
}

/** Five looks into the database beside those of every page. */
async function showProjects(deps: DashboardDeps, visit: Visit) {
  const { tenant, query } = visit;
  const q = (query['q'] ?? '').trim().slice(0, longestSearch);
  const state = projectStates.find((each) => each === query['state']) ?? null;
  const organization = z.uuid().toLowerCase().safeParse(query['organization']).data ?? '';
  const cursor = query['cursor'] || null;
  const search = { text: q, state, organizationId: organization || undefined, after: cursor ?? undefined };
  const [frame, found, sources] = await Promise.all([
    loadFrame(deps, visit),
    findProjects(deps, tenant.id, { ...search, limit: shownProjects }),
    readSpendSources(deps, tenant.id),
  ]);
  const model = projectsPage({
    frame,
    found,
    filter: { q, state, organization },
    cursor,
    spend: await sumProjectsThisMonth(deps, tenant.id, sources),
    organizations: sources.organizations,
  });
  return { html: deps.renderer.render('projects', model) };
}
