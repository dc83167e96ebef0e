import { accessTo } from '#domain/access-tokens/access-table.js';
import { getProviderKey } from '#domain/provider-keys/get-provider-key.js';
import { replaceProviderSecret } from '#domain/provider-keys/replace-provider-secret.js';
import { secretBody } from '../../routes/key-schemas.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { keySecretPage } from '../view-models/key-form-pages.js';
import { links } from '../view-models/links.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';
import { errorTextOf, parseFields } from './parse-fields.js';
import { testKey } from './test-key.js';

export function replaceSecretPages(deps: DashboardDeps): PageRoute[] {
  const place = { path: '/keys/:id/secret', access: accessTo.keys.replaceSecret, needsRecentSignIn: true } as const;
  return [
    { ...place, method: 'get', handle: async (visit) => ({ html: await drawSecretForm(deps, visit, '') }) },
    {
      ...place,
      method: 'post',
      handle: (visit) => replaceSecret(deps, visit),
      redraw: (visit, problem) => drawSecretForm(deps, visit, errorTextOf(problem, { key: 'The key' })),
    },
  ];
}

async function drawSecretForm(deps: DashboardDeps, visit: Visit, error: string): Promise<string> {
  const key = await getProviderKey(deps, visit.tenant.id, visit.id);
  const model = keySecretPage({ frame: await loadFrame(deps, visit), key, error });
  return deps.renderer.render('key-secret', model);
}

async function replaceSecret(deps: DashboardDeps, { tenant, actor, id, form }: Deed) {
  const { key: pasted } = parseFields(secretBody, form);
  const key = await replaceProviderSecret({ ...deps, actor }, tenant.id, id, pasted);
  const begin = `The secret of “${key.label}” is replaced.`;
  const goTo = links.key(id);
  const isTested = key.isActive && key.probeMode !== 'off';
  return isTested ? { goTo, flash: await testKey({ ...deps, actor }, tenant.id, { key, begin }) } : done(goTo, begin);
}
