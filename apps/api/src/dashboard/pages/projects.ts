import { z } from 'zod';
import type { PicoUsd } from '#core/money.js';
import { sumBook } from '#domain/books/sum-book.js';
import { findProjects, projectStates } from '#domain/openai-projects/find-projects.js';
import { localDay, monthOf } from '#domain/spend/local-days.js';
import { readSpendSources, type SpendSources, zoneOf } from '#domain/spend/read-spend-sources.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import type { ProjectBook } from '../view-models/project-row.js';
import { projectsPage } from '../view-models/projects-page.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';

const shownProjects = 50;
const longestSearch = 200;

export function projectsPages(deps: DashboardDeps): PageRoute[] {
  return [{ method: 'get', path: '/projects', access: 'viewer', handle: (visit) => showProjects(deps, visit) }];
}

/** Three looks into the database beside those of every page. */
async function showProjects(deps: DashboardDeps, visit: Visit) {
  const { tenant, query } = visit;
  const q = (query['q'] ?? '').trim().slice(0, longestSearch);
  const state = projectStates.find((each) => each === query['state']) ?? null;
  const organization = z.uuid().safeParse(query['organization']).data ?? '';
  const cursor = query['cursor'] || null;
  const search = { text: q, state, organizationId: organization || undefined, after: cursor ?? undefined };
  const [frame, found, sources] = await Promise.all([
    loadFrame(deps, visit),
    findProjects(deps, tenant.id, { ...search, limit: shownProjects }),
    readSpendSources(deps, tenant.id),
  ]);
  const book = projectBook(sources);
  const model = projectsPage({
    frame,
    found,
    filter: { q, state, organization },
    cursor,
    book,
    spend: await spendOfMonth(deps, tenant.id, { book, sources }),
    organizations: sources.organizations,
  });
  return { html: deps.renderer.render('projects', model) };
}

/** Only the books that OpenAI keeps know of projects. */
export function projectBook({ hasBills, hasReported }: SpendSources): ProjectBook {
  if (hasBills) return 'billed';
  return hasReported ? 'reported' : null;
}

async function spendOfMonth(
  deps: DashboardDeps,
  tenantId: string,
  { book, sources }: { book: ProjectBook; sources: SpendSources },
): Promise<Map<string, PicoUsd>> {
  if (book === null) return new Map();
  const toDay = localDay(deps.clock.now(), zoneOf(book, sources));
  const { fromDay } = monthOf(toDay);
  const sums = await sumBook(deps, tenantId, { book, fromDay, toDay, calendar: 'tenant', by: 'project' });
  return new Map(sums.map(({ group, cost }) => [group ?? '', cost]));
}
