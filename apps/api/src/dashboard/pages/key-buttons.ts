import { accessTo } from '#domain/access-tokens/access-table.js';
import { probeNow } from '#domain/probes/probe-now.js';
import { getProviderKey } from '#domain/provider-keys/get-provider-key.js';
import { updateProviderKey } from '#domain/provider-keys/update-provider-key.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { pageOfButton } from '../session/return-path.js';
import { links } from '../view-models/links.js';
import { done } from './done.js';
import type { Deed, PageRoute } from './page-route.js';
import { describeRun } from './test-key.js';

/** What is done with one press and leads back to where it was pressed. */
export function keyButtons(deps: DashboardDeps): PageRoute[] {
  const { test, change } = accessTo.keys;
  return [
    { method: 'post', path: '/keys/:id/probe', access: test, handle: (visit) => probeKey(deps, visit) },
    { method: 'post', path: '/keys/:id/activate', access: change, handle: (visit) => activateKey(deps, visit) },
    { method: 'post', path: '/keys/:id/deactivate', access: change, handle: (visit) => deactivateKey(deps, visit) },
  ];
}

async function probeKey(deps: DashboardDeps, { tenant, actor, id, request }: Deed) {
  const { label } = await getProviderKey(deps, tenant.id, id);
  const { tone, text } = describeRun(
    await probeNow({ ...deps, actor }, tenant.id, { providerKeyId: id, trigger: 'manual' }),
  );
  const goTo = pageOfButton(request, links.key(id));
  return { goTo, flash: { tone, text: `“${label}” was tested. ${text}`, undo: null } };
}

async function activateKey(deps: DashboardDeps, { tenant, actor, id, request }: Deed) {
  const { label } = await updateProviderKey({ ...deps, actor }, tenant.id, id, { isActive: true });
  const goTo = pageOfButton(request, links.key(id));
  return done(goTo, `“${label}” is active again.`, links.keyAction(id, 'deactivate'));
}

async function deactivateKey(deps: DashboardDeps, { tenant, actor, id, request }: Deed) {
  const { label } = await updateProviderKey({ ...deps, actor }, tenant.id, id, { isActive: false });
  const goTo = pageOfButton(request, links.key(id));
  return done(goTo, `“${label}” is inactive: it is kept, and not tested.`, links.keyAction(id, 'activate'));
}
