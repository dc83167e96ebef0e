import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { deleteTenant } from '#domain/tenants/delete-tenant.js';
import { suspendTenant } from '#domain/tenants/suspend-tenant.js';
import type { TenantView } from '#domain/tenants/tenant-view.js';
import { unscopedGetTenant } from '#domain/tenants/unscoped-get-tenant.js';
import { suspensionBody } from '../../routes/tenant-schemas.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { type Confirmation, confirmPage } from '../view-models/confirm-page.js';
import { links } from '../view-models/links.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';
import { errorTextOf, parseFields } from './parse-fields.js';

/** Suspending and deleting a tenant, each with its question before. */
export function closeTenantPages(deps: DashboardDeps): PageRoute[] {
  const one = { idOf: 'tenant', needsRecentSignIn: true } as const;
  const suspend = { ...one, path: '/settings/tenants/:id/suspend', access: accessTo.tenants.suspend } as const;
  const remove = { ...one, path: '/settings/tenants/:id/delete', access: accessTo.tenants.delete } as const;
  const days = () => deps.settings.tenantGraceDays;
  return [
    { ...suspend, method: 'get', handle: (visit) => ask(deps, visit, suspension) },
    {
      ...suspend,
      method: 'post',
      handle: (deed) => suspendNow(deps, deed),
      redraw: (deed, problem) => drawQuestion(deps, deed, { question: suspension, error: wordsOf(problem) }),
    },
    { ...remove, method: 'get', handle: (visit) => ask(deps, visit, (tenant) => deletion(tenant, days())) },
    {
      ...remove,
      method: 'post',
      handle: (deed) => deleteNow(deps, deed),
      redraw: (deed, problem) =>
        drawQuestion(deps, deed, { question: (tenant) => deletion(tenant, days()), error: wordsOf(problem) }),
    },
  ];
}

type Question = (tenant: TenantView) => Confirmation;

async function ask(deps: DashboardDeps, visit: Visit, question: Question) {
  return { html: await drawQuestion(deps, visit, { question, error: '' }) };
}

async function drawQuestion(
  deps: DashboardDeps,
  visit: Visit,
  { question, error }: { question: Question; error: string },
): Promise<string> {
  const tenant = await unscopedGetTenant(deps, visit.id);
  const frame = await loadFrame(deps, visit);
  return deps.renderer.render('confirm', confirmPage({ frame, question: question(tenant), error }));
}

const wordsOf = (problem: Problem) => errorTextOf(problem, { reason: 'The reason' });

function suspension({ id, name, suspendedReason }: TenantView): Confirmation {
  return {
    title: `Suspend ${name}?`,
    lead: 'Nothing is lost, and you can let it in again at any time. Until then:',
    points: [
      'its tokens and sessions are refused, with the reason',
      'its keys are neither tested nor imported, so their states grow old',
    ],
    field: {
      name: 'reason',
      label: 'Reason',
      exactly: '',
      hint: 'Told to whoever is refused, such as: The bill of May is open.',
      value: suspendedReason ?? '',
      options: [],
    },
    button: 'Suspend',
    isDanger: true,
    keep: 'Cancel',
    hrefs: { submit: links.tenantAction(id, 'suspend'), cancel: links.tenant(id) },
  };
}

function deletion({ id, name, slug }: TenantView, graceDays: number): Confirmation {
  return {
    title: `Delete ${name}?`,
    lead: `It is closed at once and can be restored for ${graceDays} days. Then this is gone for good:`,
    points: [
      'its stored keys: Keyledger holds the only sealed copies',
      'its usage, bills, ledger and prices; an export keeps them',
      'its tokens and its audit; that it was deleted, and by whom, stays in the platform’s',
    ],
    field: {
      name: 'confirm',
      label: 'Type',
      exactly: slug,
      hint: 'The slug of the tenant.',
      value: '',
      options: [],
    },
    button: 'Delete',
    isDanger: true,
    keep: 'Keep it',
    hrefs: { submit: links.tenantAction(id, 'delete'), cancel: links.tenant(id) },
  };
}

async function suspendNow(deps: DashboardDeps, { id, form, actor }: Deed) {
  const { name } = await suspendTenant({ ...deps, actor }, id, parseFields(suspensionBody, form));
  return done(links.tenant(id), `“${name}” is suspended.`, links.tenantAction(id, 'resume'));
}

async function deleteNow(deps: DashboardDeps, { id, form, actor }: Deed) {
  const { slug } = await unscopedGetTenant(deps, id);
  if (form['confirm']?.trim() !== slug) {
    throw new Problem('confirmation-required', { detail: `Type the slug exactly as it is: ${slug}` });
  }
  const { name } = await deleteTenant({ ...deps, actor }, id, { graceDays: deps.settings.tenantGraceDays });
  return done(links.tenant(id), `“${name}” is deleted.`, links.tenantAction(id, 'restore'));
}
