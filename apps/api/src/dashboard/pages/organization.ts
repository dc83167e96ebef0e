import { accessTo } from '#domain/access-tokens/access-table.js';
import { getImportProgress } from '#domain/organizations/get-import-progress.js';
import { getOrganization } from '#domain/organizations/get-organization.js';
import { type DriftKind, driftKinds } from '#domain/organizations/inventory-drift.js';
import { type DriftPage, listInventoryDrift } from '#domain/organizations/list-inventory-drift.js';
import { requestImport } from '#domain/organizations/request-import.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { pageOfButton } from '../session/return-path.js';
import { links } from '../view-models/links.js';
import { organizationPage } from '../view-models/organization-page.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';

const shownKeys = 12;
const unusedDays = 30;

export function organizationPages(deps: DashboardDeps): PageRoute[] {
  const page = { path: '/organizations/:id', idOf: 'organization' } as const;
  const button = { path: '/organizations/:id/import', idOf: 'organization' } as const;
  return [
    { ...page, method: 'get', access: accessTo.organizations.read, handle: (visit) => showOrganization(deps, visit) },
    { ...button, method: 'post', access: accessTo.organizations.import, handle: (visit) => importNow(deps, visit) },
  ];
}

/** Five looks into the database beside those of every page, and two more where no kind of drift was chosen. */
async function showOrganization(deps: DashboardDeps, visit: Visit) {
  const { tenant, id, query } = visit;
  const organization = await getOrganization(deps, tenant.id, id);
  const cursor = query['cursor'] || null;
  const wanted = driftKinds.find((each) => each === query['drift']) ?? null;
  const [frame, progress, { kind, page }] = await Promise.all([
    loadFrame(deps, visit),
    getImportProgress(deps, tenant.id, id),
    readDrift(deps, visit, { wanted, cursor }),
  ]);
  const { items, counts, next } = page;
  const drift = { organizationId: id, kind, counts, items, unusedDays };
  const model = organizationPage({ frame, organization, progress, drift, cursor, nextCursor: next });
  return { html: deps.renderer.render('organization', model) };
}

/** One kind at a time, as each asks for something else to be done: the wanted one, or else the first that there is. */
async function readDrift(
  deps: DashboardDeps,
  { tenant, id }: Visit,
  { wanted, cursor }: { wanted: DriftKind | null; cursor: string | null },
): Promise<{ kind: DriftKind | null; page: DriftPage }> {
  const asked = { unusedDays, limit: shownKeys };
  if (wanted) {
    const page = await listInventoryDrift(deps, tenant.id, id, { ...asked, kind: wanted, after: cursor ?? undefined });
    return { kind: wanted, page };
  }
  const all = await listInventoryDrift(deps, tenant.id, id, asked);
  const kind = all.items[0]?.kind ?? null;
  const page = kind ? await listInventoryDrift(deps, tenant.id, id, { ...asked, kind }) : all;
  return { kind, page };
}

async function importNow(deps: DashboardDeps, { tenant, actor, id, request }: Deed) {
  const { name } = await requestImport({ ...deps, actor }, tenant.id, id);
  const text = `“${name}” is imported within seconds. What you see here follows by itself.`;
  return done(pageOfButton(request, links.organization(id)), text);
}
