import { accessTo } from '#domain/access-tokens/access-table.js';
import { storeProviderKey } from '#domain/provider-keys/store-provider-key.js';
import { modelNotices } from '../../routes/model-notices.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { links } from '../view-models/links.js';
import { done } from './done.js';
import { drawKeyForm, keyFormErrors, newKeyForm, newKeyValues, typedValues } from './key-form.js';
import type { Deed, PageRoute } from './page-route.js';
import { parseFields } from './parse-fields.js';
import { testKey } from './test-key.js';

export function addKeyPages(deps: DashboardDeps): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/keys/new',
      access: accessTo.keys.add,
      handle: async (visit) => ({
        html: await drawKeyForm(deps, visit, { values: newKeyValues(deps, visit), existing: null }),
      }),
    },
    {
      method: 'post',
      path: '/keys',
      access: accessTo.keys.add,
      handle: (visit) => addKey(deps, visit),
      redraw: (visit, problem) =>
        drawKeyForm(deps, visit, {
          values: typedValues(visit.form, newKeyValues(deps, visit)),
          existing: null,
          errors: keyFormErrors(problem),
        }),
    },
  ];
}

/** Stores the key, tests it at once, and says what was found. A key that turns out to be dead is stored all the same. */
async function addKey(deps: DashboardDeps, { tenant, actor, form }: Deed) {
  const { key: secret, ...settings } = parseFields(newKeyForm, form);
  const key = await storeProviderKey({ ...deps, actor }, tenant.id, { ...settings, secret });
  const goTo = links.key(key.id);
  const text = [`“${key.label}” is stored.`, ...(await modelNotices(deps, tenant.id, settings.model))].join(' ');
  if (key.probeMode === 'off') return done(goTo, text);
  return { goTo, flash: await testKey({ ...deps, actor }, tenant.id, { key, begin: text }) };
}
