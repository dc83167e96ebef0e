import { z } from 'zod';
import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { getImportProgress } from '#domain/organizations/get-import-progress.js';
import { listOrganizations } from '#domain/organizations/list-organizations.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { organizationsPage } from '../view-models/organizations-page.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';

/** Each needs a look of its own at how far it was imported. */
const shownOrganizations = 12;

export function organizationsPages(deps: DashboardDeps): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/organizations',
      access: accessTo.organizations.read,
      handle: (visit) => showOrganizations(deps, visit),
    },
  ];
}

async function showOrganizations(deps: DashboardDeps, visit: Visit) {
  const { tenant, query } = visit;
  const cursor = query['cursor'] || null;
  const after = z
    .uuid()
    .optional()
    .safeParse(cursor ?? undefined);
  if (!after.success) throw new Problem('invalid-request', { detail: 'This is not a page of this list.' });
  const [frame, { items, next }] = await Promise.all([
    loadFrame(deps, visit),
    listOrganizations(deps, tenant.id, { after: after.data, limit: shownOrganizations }),
  ]);
  const organizations = await Promise.all(
    items.map(async (organization) => ({
      organization,
      progress: await getImportProgress(deps, tenant.id, organization.id),
    })),
  );
  const model = organizationsPage({ frame, organizations, cursor, nextCursor: next });
  return { html: deps.renderer.render('organizations', model) };
}
