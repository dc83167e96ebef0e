import { Problem } from '#core/problem.js';
import { utcDay } from '#core/utc-day.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { listOrganizations } from '#domain/organizations/list-organizations.js';
import { isTwin } from '#domain/organizations/organization.js';
import { reconcile, type ReconciliationQuery } from '#domain/reconciliation/reconcile.js';
import { nameSpendFilters } from '#domain/spend/name-spend-filters.js';
import { readReconciliationQuery } from '../../routes/read-reconciliation-query.js';
import { reconciliationFile } from '../../routes/reconciliation-file.js';
import { reconciliationQuery } from '../../routes/reconciliation-schemas.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { reconciliationPage } from '../view-models/reconciliation-page.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';

const shownRows = 100;

export function reconciliationPages(deps: DashboardDeps): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/reconciliation',
      access: accessTo.reconciliation.read,
      handle: (visit) => showReconciliation(deps, visit),
    },
    {
      method: 'get',
      path: '/reconciliation.csv',
      access: accessTo.reconciliation.read,
      handle: (visit) => sendReconciliation(deps, visit),
    },
  ];
}

/** Four looks into the database beside those of every page, however much there is. */
async function showReconciliation(deps: DashboardDeps, visit: Visit) {
  const { asked, errors } = readQuestion(visit, deps.clock.now());
  const [frame, organizations, loaded, names] = await Promise.all([
    loadFrame(deps, visit),
    listOrganizations(deps, visit.tenant.id),
    errors.length > 0 ? { status: 400, errors } : reconcile(deps, visit.tenant.id, asked).catch(refusalOf),
    asked.projectId ? nameSpendFilters(deps, visit.tenant.id, asked) : null,
  ]);
  const isRefused = 'errors' in loaded;
  const model = reconciliationPage({
    frame,
    by: asked.by,
    filters: {
      from: asked.fromDay,
      to: asked.toDay,
      organization: asked.organizationId ?? '',
      project: asked.projectId ?? '',
    },
    errors: isRefused ? loaded.errors : [],
    today: utcDay(deps.clock.now()),
    organizations: organizations.items.filter((each) => !isTwin(each)),
    projectName: names?.project ?? null,
    found: isRefused ? null : loaded,
  });
  return { html: deps.renderer.render('reconciliation', model), status: isRefused ? loaded.status : 200 };
}

/** What the question got wrong, to be said on the page that it was asked on. */
function refusalOf(error: unknown): { status: number; errors: string[] } {
  if (!(error instanceof Problem)) throw error;
  const { code, status, detail, title, fields } = error;
  if (code === 'invalid-request') return { status, errors: [detail ?? title] };
  if (code !== 'not-found') throw error;
  const missing = fields?.['project'] === undefined ? (detail ?? title) : noSuchProject;
  return { status, errors: [missing, 'Remove the filter to see the rest.'] };
}

const noSuchProject = 'There is no such project.';

function sendReconciliation(deps: DashboardDeps, visit: Visit) {
  const { asked, errors } = readQuestion(visit, deps.clock.now());
  const [fault] = errors;
  if (fault !== undefined) throw new Problem('invalid-request', { detail: fault });
  const table = visit.query['table'] === 'reconciliation' ? 'reconciliation' : 'focus';
  return reconciliationFile(deps, visit.tenant.id, { asked, table });
}

const { from, to, by, organization, project } = reconciliationQuery.shape;

/** The question of an address, by the rules of the API; an empty field is none. What cannot be is left out and said. */
function readQuestion({ query }: Visit, now: Date): { asked: ReconciliationQuery; errors: string[] } {
  const errors: string[] = [];
  const read = <Value>(
    name: string,
    schema: { safeParse(value: unknown): { success: boolean; data?: Value } },
    fault: string,
  ): Value | undefined => {
    const parsed = schema.safeParse(query[name] || undefined);
    if (!parsed.success) errors.push(fault);
    return parsed.data;
  };
  const group = read('by', by, 'The books cannot be compared by that.');
  const given = {
    from: read('from', from, '“From” is not a day.'),
    to: read('to', to, '“To” is not a day.'),
    // A long range has no days: there, months are shown in their place.
    by: group === 'day' ? undefined : group,
    organization: read('organization', organization, 'There is no such organization.'),
    project: read('project', project, noSuchProject),
    limit: shownRows,
  };
  // A bill is one of a month, so that is what the page begins with.
  const range = given.from === undefined && given.to === undefined ? 'this-month' : undefined;
  return { asked: readReconciliationQuery({ ...given, range }, now), errors };
}
