import { accessTo } from '#domain/access-tokens/access-table.js';
import { getOrganization } from '#domain/organizations/get-organization.js';
import { renameOrganization } from '#domain/organizations/rename-organization.js';
import { organizationPatchBody } from '../../routes/organization-schemas.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { links } from '../view-models/links.js';
import { organizationRenamePage } from '../view-models/organization-rename-page.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';
import { errorTextOf, parseFields } from './parse-fields.js';

export function renameOrganizationPages(deps: DashboardDeps): PageRoute[] {
  const place = {
    path: '/organizations/:id/rename',
    idOf: 'organization',
    access: accessTo.organizations.rename,
  } as const;
  return [
    { ...place, method: 'get', handle: async (visit) => ({ html: await drawForm(deps, visit, null) }) },
    {
      ...place,
      method: 'post',
      handle: (visit) => rename(deps, visit),
      redraw: (visit, problem) => drawForm(deps, visit, errorTextOf(problem, { name: 'The name' })),
    },
  ];
}

async function drawForm(deps: DashboardDeps, visit: Visit, error: string | null): Promise<string> {
  const organization = await getOrganization(deps, visit.tenant.id, visit.id);
  const value = error === null ? organization.name : (visit.form['name'] ?? '');
  const frame = await loadFrame(deps, visit);
  return deps.renderer.render(
    'organization-rename',
    organizationRenamePage({ frame, organization, value, error: error ?? '' }),
  );
}

async function rename(deps: DashboardDeps, { tenant, actor, id, form }: Deed) {
  const typed = parseFields(organizationPatchBody, form);
  const { name } = await renameOrganization({ ...deps, actor }, tenant.id, { id, ...typed });
  return done(links.organization(id), `It is called “${name}” now.`);
}
