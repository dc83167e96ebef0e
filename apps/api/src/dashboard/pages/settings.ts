import { accessTo } from '#domain/access-tokens/access-table.js';
import { updateTenant } from '#domain/tenants/update-tenant.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { links } from '../view-models/links.js';
import { done } from './done.js';
import { drawSettings } from './draw-settings.js';
import type { Deed, PageRoute } from './page-route.js';
import { errorsOf, parseFields } from './parse-fields.js';
import { savedWords, tenantFieldNames, tenantForm } from './tenant-form.js';

export function settingsPages(deps: DashboardDeps): PageRoute[] {
  const path = '/settings';
  return [
    {
      method: 'get',
      path,
      access: accessTo.ownTenant.read,
      handle: async (visit) => ({ html: await drawSettings(deps, visit) }),
    },
    {
      method: 'post',
      path,
      access: accessTo.ownTenant.change,
      handle: (deed) => save(deps, deed),
      redraw: (deed, problem) =>
        drawSettings(deps, deed, { values: typed(deed), errors: errorsOf(problem, tenantFieldNames) }),
    },
  ];
}

async function save(deps: DashboardDeps, { form, tenant, actor }: Deed) {
  const wanted = parseFields(tenantForm, form);
  const text = savedWords(await updateTenant({ ...deps, actor }, tenant.id, wanted));
  return done(links.settings(), text);
}

function typed({ form, tenant }: Deed) {
  const { name = tenant.name, reportingTimeZone = tenant.reportingTimeZone } = form;
  return { name, reportingTimeZone };
}
