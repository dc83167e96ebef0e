import { accessTo } from '#domain/access-tokens/access-table.js';
import { getProviderKey } from '#domain/provider-keys/get-provider-key.js';
import { updateProviderKey } from '#domain/provider-keys/update-provider-key.js';
import { modelNotices } from '../../routes/model-notices.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { links } from '../view-models/links.js';
import { done } from './done.js';
import { drawKeyForm, editKeyForm, keyFormErrors, typedValues, valuesOf } from './key-form.js';
import type { Deed, PageRoute } from './page-route.js';
import { parseFields } from './parse-fields.js';

export function editKeyPages(deps: DashboardDeps): PageRoute[] {
  const place = { path: '/keys/:id/edit', access: accessTo.keys.change } as const;
  return [
    {
      ...place,
      method: 'get',
      async handle(visit) {
        const key = await getProviderKey(deps, visit.tenant.id, visit.id);
        return { html: await drawKeyForm(deps, visit, { values: valuesOf(key), existing: key }) };
      },
    },
    {
      ...place,
      method: 'post',
      handle: (visit) => editKey(deps, visit),
      async redraw(visit, problem) {
        const key = await getProviderKey(deps, visit.tenant.id, visit.id);
        const values = typedValues(visit.form, valuesOf(key));
        return drawKeyForm(deps, visit, { values, existing: key, errors: keyFormErrors(problem) });
      },
    },
  ];
}

/** Changes what differs, so that a new name alone does not make the key due. */
async function editKey(deps: DashboardDeps, { tenant, actor, id, form }: Deed) {
  const wanted = parseFields(editKeyForm, form);
  const before = valuesOf(await getProviderKey(deps, tenant.id, id));
  const changed = Object.entries(wanted).filter(([name, value]) => before[name as keyof typeof before] !== value);
  if (changed.length > 0) await updateProviderKey({ ...deps, actor }, tenant.id, id, Object.fromEntries(changed));
  if (changed.length === 0) return done(links.key(id), 'Nothing was changed.');
  const notices = await modelNotices(deps, tenant.id, wanted.model === before.model ? undefined : wanted.model);
  return done(links.key(id), [`“${wanted.label}” is changed.`, ...notices].join(' '));
}
