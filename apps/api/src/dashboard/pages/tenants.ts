import { accessTo } from '#domain/access-tokens/access-table.js';
import { createTenant } from '#domain/tenants/create-tenant.js';
import { unscopedListTenants } from '#domain/tenants/unscoped-list-tenants.js';
import { newTenantBody } from '../../routes/tenant-schemas.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { stopLooking } from '../session/looked-at-tenant.js';
import { links } from '../view-models/links.js';
import { newTenantValues, tenantsPage, type NewTenantValues } from '../view-models/tenants-page.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';
import { errorsOf, parseFields } from './parse-fields.js';
import { tenantFieldNames } from './tenant-form.js';

const path = '/settings/tenants';
const shownTenants = 50;

/** All tenants, for who runs the installation. */
export function tenantsPages(deps: DashboardDeps): PageRoute[] {
  return [
    {
      method: 'get',
      path,
      access: accessTo.tenants.read,
      handle: async (visit) => ({ html: await drawTenants(deps, visit, { values: newTenantValues, errors: {} }) }),
    },
    {
      method: 'post',
      path,
      access: accessTo.tenants.create,
      handle: (deed) => create(deps, deed),
      redraw: (deed, problem) =>
        drawTenants(deps, deed, {
          values: { ...newTenantValues, ...deed.form },
          errors: errorsOf(problem, { ...tenantFieldNames, slug: 'The slug' }),
        }),
    },
    {
      method: 'post',
      path: '/settings/own-tenant',
      access: accessTo.tenants.lookInto,
      handle: (deed) => goHome(deps, deed),
    },
  ];
}

async function drawTenants(
  deps: DashboardDeps,
  visit: Visit,
  given: { values: NewTenantValues; errors: Record<string, string> },
): Promise<string> {
  const { query, tenant, session } = visit;
  const q = (query['q'] ?? '').slice(0, 200);
  const [frame, { items, next }] = await Promise.all([
    loadFrame(deps, visit),
    unscopedListTenants(deps, { search: q, after: query['cursor'] || undefined, limit: shownTenants }),
  ]);
  const model = tenantsPage({
    frame,
    tenants: items,
    shownSlug: tenant.slug,
    ownSlug: session?.principal.tenant.slug ?? '',
    q,
    nextCursor: next,
    ...given,
  });
  return deps.renderer.render('tenants', model);
}

async function create(deps: DashboardDeps, { form, actor }: Deed) {
  const { reportingTimeZone = 'UTC', ...named } = parseFields(newTenantBody, form);
  const { id, name } = await createTenant({ ...deps, actor }, { ...named, reportingTimeZone });
  const text = `“${name}” is made. Look into it, and issue its first token in the settings.`;
  return done(links.tenant(id), text);
}

function goHome({ cookies }: DashboardDeps, { response, session }: Deed) {
  stopLooking({ cookies }, response);
  const text = `This is ${session.principal.tenant.name}, your own tenant, again.`;
  return Promise.resolve(done(links.overview(), text));
}
