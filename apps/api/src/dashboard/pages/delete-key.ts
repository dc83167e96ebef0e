import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { countProbeRuns } from '#domain/probes/count-probe-runs.js';
import { deleteProviderKey } from '#domain/provider-keys/delete-provider-key.js';
import { getProviderKey } from '#domain/provider-keys/get-provider-key.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { keyDeletePage } from '../view-models/key-form-pages.js';
import { links } from '../view-models/links.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';

export function deleteKeyPages(deps: DashboardDeps): PageRoute[] {
  const place = { path: '/keys/:id/delete', access: accessTo.keys.delete, needsRecentSignIn: true } as const;
  return [
    { ...place, method: 'get', handle: async (visit) => ({ html: await drawDeleteForm(deps, visit, '') }) },
    {
      ...place,
      method: 'post',
      handle: (visit) => deleteKey(deps, visit),
      redraw: (visit, { detail, title }) => drawDeleteForm(deps, visit, detail ?? title),
    },
  ];
}

async function drawDeleteForm(deps: DashboardDeps, visit: Visit, error: string): Promise<string> {
  const { tenant, id } = visit;
  const key = await getProviderKey(deps, tenant.id, id);
  const [frame, probeRuns] = await Promise.all([loadFrame(deps, visit), countProbeRuns(deps, tenant.id, id)]);
  return deps.renderer.render('key-delete', keyDeletePage({ frame, key, probeRuns, error }));
}

async function deleteKey(deps: DashboardDeps, { tenant, actor, id, form }: Deed) {
  const { label } = await getProviderKey(deps, tenant.id, id);
  if (form['confirm']?.trim() !== label) {
    throw new Problem('confirmation-required', { detail: `Type the label exactly as it is: ${label}` });
  }
  await deleteProviderKey({ ...deps, actor }, tenant.id, id);
  const text = `“${label}” is deleted, and its secret destroyed.`;
  return done(links.keys(), text);
}
