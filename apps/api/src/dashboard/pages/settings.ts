import { accessTo } from '#domain/access-tokens/access-table.js';
import { updateTenant } from '#domain/tenants/update-tenant.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { links } from '../view-models/links.js';
import { settingsPage } from '../view-models/settings-page.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';
import { errorsOf, parseFields } from './parse-fields.js';
import { savedWords, tenantFieldNames, tenantForm } from './tenant-form.js';

export function settingsPages(deps: DashboardDeps): PageRoute[] {
  const path = '/settings';
  return [
    {
      method: 'get',
      path,
      access: accessTo.ownTenant.read,
      handle: async (visit) => ({ html: await drawSettings(deps, visit, { values: visit.tenant, errors: {} }) }),
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

async function drawSettings(
  deps: DashboardDeps,
  visit: Visit,
  { values, errors }: { values: { name: string; reportingTimeZone: string }; errors: Record<string, string> },
): Promise<string> {
  const frame = await loadFrame(deps, visit);
  const { usageRetentionDays } = deps.settings;
  const model = settingsPage({ frame, tenant: visit.tenant, values, usageRetentionDays, errors });
  return deps.renderer.render('settings', model);
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
