import { accessTo } from '#domain/access-tokens/access-table.js';
import { listReportedUsage } from '#domain/reported-usage/list-reported-usage.js';
import { localDay } from '#domain/spend/local-days.js';
import { nameSpendFilters } from '#domain/spend/name-spend-filters.js';
import { day as dayField } from '../../routes/days.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { reportedPage } from '../view-models/reported-page.js';
import { faultsOfFilters } from './faults-of-filters.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';
import { readSpendFilters } from './read-spend-filters.js';

const shownRows = 100;

export function reportedPages(deps: DashboardDeps): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/usage/reported',
      access: accessTo.usage.read,
      handle: (visit) => showReported(deps, visit),
    },
  ];
}

/** Three looks into the database beside those of every page, and more where nothing is found: whether anybody knows it. */
async function showReported(deps: DashboardDeps, visit: Visit) {
  const { tenant, query } = visit;
  const now = deps.clock.now();
  const { today, day, calendar, only, filters, errors } = readQuestion(visit, now);
  const cursor = query['cursor'] || null;
  const question = { day, calendar, only, after: cursor ?? undefined, limit: shownRows };
  const [frame, loaded, names] = await Promise.all([
    loadFrame(deps, visit),
    errors.length > 0 ? errors : listReportedUsage(deps, tenant.id, question).catch(faultsOfFilters),
    only.projectId || only.keyId ? nameSpendFilters(deps, tenant.id, only) : null,
  ]);
  const isFaulty = Array.isArray(loaded);
  const model = reportedPage({
    frame,
    filters,
    day,
    today,
    names,
    cursor,
    errors: isFaulty ? loaded : [],
    found: isFaulty ? null : loaded,
  });
  return { html: deps.renderer.render('reported', model), status: isFaulty ? 400 : 200 };
}

function readQuestion({ tenant, query }: Visit, now: Date) {
  const { range: _range, from: _from, to: _to, book: _book, by: _by, ...narrowing } = query;
  const { given, errors, calendar = 'tenant', ...only } = readSpendFilters(narrowing);
  const { organization, project, key, model, tier, kind } = only;
  const today = localDay(now, calendar === 'utc' ? 'UTC' : tenant.reportingTimeZone);
  const day = dayField.safeParse(query['day'] || today);
  return {
    today,
    day: day.data ?? today,
    calendar,
    only: { organizationId: organization, projectId: project, keyId: key, model, tier, kind },
    filters: { ...given, day: query['day'] ?? '' },
    errors: day.success ? errors : [...errors, '“Day” is not a day.'],
  };
}
