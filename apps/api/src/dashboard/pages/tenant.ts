import { accessTo } from '#domain/access-tokens/access-table.js';
import { exportTenant } from '#domain/tenants/export-tenant.js';
import { resumeTenant } from '#domain/tenants/resume-tenant.js';
import { restoreTenant } from '#domain/tenants/restore-tenant.js';
import { unscopedFindOpenTenant } from '#domain/tenants/unscoped-find-open-tenant.js';
import { unscopedGetTenant } from '#domain/tenants/unscoped-get-tenant.js';
import { updateTenant } from '#domain/tenants/update-tenant.js';
import { StreamReply } from '../../http/reply.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { lookInto, stopLooking } from '../session/looked-at-tenant.js';
import { links } from '../view-models/links.js';
import type { TenantValues } from '../view-models/settings-page.js';
import { tenantPage } from '../view-models/tenant-page.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';
import { errorsOf, parseFields } from './parse-fields.js';
import { savedWords, tenantFieldNames, tenantForm } from './tenant-form.js';

/** One tenant, for who runs the installation. */
export function tenantPages(deps: DashboardDeps): PageRoute[] {
  const page = { path: '/settings/tenants/:id', idOf: 'tenant' } as const;
  const button = { idOf: 'tenant' } as const;
  const { read, change, suspend, lookInto: look } = accessTo.tenants;
  return [
    { ...page, method: 'get', access: read, handle: async (visit) => ({ html: await drawTenant(deps, visit, null) }) },
    {
      ...page,
      method: 'post',
      access: change,
      handle: (deed) => save(deps, deed),
      redraw: (deed, problem) =>
        drawTenant(deps, deed, { errors: errorsOf(problem, tenantFieldNames), form: deed.form }),
    },
    {
      ...button,
      method: 'post',
      path: '/settings/tenants/:id/look',
      access: look,
      handle: (deed) => showTenant(deps, deed),
    },
    {
      ...button,
      method: 'post',
      path: '/settings/tenants/:id/resume',
      needsRecentSignIn: true,
      access: suspend,
      handle: (deed) => resume(deps, deed),
    },
    {
      ...button,
      method: 'post',
      path: '/settings/tenants/:id/restore',
      needsRecentSignIn: true,
      access: accessTo.tenants.delete,
      handle: (deed) => restore(deps, deed),
    },
    {
      ...button,
      method: 'post',
      path: '/settings/tenants/:id/export',
      needsRecentSignIn: true,
      access: accessTo.tenants.export,
      handle: (deed) => exportAll(deps, deed),
    },
  ];
}

async function drawTenant(
  deps: DashboardDeps,
  visit: Visit,
  refused: { errors: Record<string, string>; form: Partial<TenantValues> } | null,
): Promise<string> {
  const tenant = await unscopedGetTenant(deps, visit.id);
  const frame = await loadFrame(deps, visit);
  const { name, reportingTimeZone } = { ...tenant, ...refused?.form };
  const graceDays = deps.settings.tenantGraceDays;
  const values = { name, reportingTimeZone };
  return deps.renderer.render(
    'tenant',
    tenantPage({ frame, tenant, graceDays, values, errors: refused?.errors ?? {} }),
  );
}

async function save(deps: DashboardDeps, { form, id, actor }: Deed) {
  return done(links.tenant(id), savedWords(await updateTenant({ ...deps, actor }, id, parseFields(tenantForm, form))));
}

/** To its overview, also for who looked into another one until now. */
async function showTenant(deps: DashboardDeps, { id, response, session }: Deed) {
  const { slug } = await unscopedGetTenant(deps, id);
  await unscopedFindOpenTenant(deps, { slug, holder: session.principal });
  if (slug === session.principal.tenant.slug) stopLooking(deps, response);
  else await lookInto(deps, response, { sid: session.id, slug });
  return { goTo: links.overview() };
}

async function resume(deps: DashboardDeps, { id, actor }: Deed) {
  const { name } = await resumeTenant({ ...deps, actor }, id);
  return done(links.tenant(id), `“${name}” is let in again.`);
}

async function restore(deps: DashboardDeps, { id, actor }: Deed) {
  const { name, status } = await restoreTenant({ ...deps, actor }, id);
  return done(links.tenant(id), `“${name}” is restored, and ${status} as it was before.`);
}

async function exportAll(deps: DashboardDeps, { id, actor }: Deed) {
  const { slug, lines } = await exportTenant({ ...deps, actor }, id);
  return new StreamReply('application/x-ndjson; charset=utf-8', `keyledger-${slug}.jsonl`, lines);
}
