import { z } from 'zod';
import { isId } from '#core/ids.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import type { Actor } from '#domain/audit/actor.js';
import { notACursor } from '#domain/paging/not-a-cursor.js';
import { countProbes } from '#domain/probes/count-probes.js';
import { probeNow } from '#domain/probes/probe-now.js';
import { deleteProviderKey } from '#domain/provider-keys/delete-provider-key.js';
import { getProviderKey } from '#domain/provider-keys/get-provider-key.js';
import { listProviderKeys } from '#domain/provider-keys/list-provider-keys.js';
import type { ProviderKeyView } from '#domain/provider-keys/provider-key.js';
import { replaceProviderSecret } from '#domain/provider-keys/replace-provider-secret.js';
import { storeProviderKey } from '#domain/provider-keys/store-provider-key.js';
import { type ProviderKeyPatch, updateProviderKey } from '#domain/provider-keys/update-provider-key.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { countedHours, presentKeys, presentProbe } from './key-presenter.js';
import { activeBody, changedKeyJson, keyJson, keyPatchBody, newKeyBody, probeJson, secretBody } from './key-schemas.js';
import { modelNotices } from './model-notices.js';
import { anyBody, idParams, noContent, nothing, pageOf, paging } from './schemas.js';

const tag = 'Keys';
const none = { params: nothing, query: nothing, body: anyBody };
const oneKey = { ...none, params: idParams };

export function keyRoutes(deps: AppDeps): Route[] {
  return [...readingKeys(deps), ...addingKeys(deps), ...changingKeys(deps), ...removingKeys(deps)];
}

function readingKeys(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...none,
      method: 'get',
      path: '/keys',
      access: accessTo.keys.read,
      tag,
      summary: 'List keys, oldest first',
      query: z.strictObject(paging({ max: 200, byDefault: 50 })),
      response: z.object(pageOf(keyJson)),
      async handle({ query, caller }) {
        if (query.after !== undefined && !isId(query.after)) throw notACursor();
        const probed = countedHours(deps.clock.now());
        const { items, next, counts } = await listProviderKeys(deps, caller.tenant.id, { ...query, probed });
        return { items: await presentKeys(deps, caller.tenant.id, { keys: items, counts }), next };
      },
    }),
    defineRoute({
      ...oneKey,
      method: 'get',
      path: '/keys/:id',
      access: accessTo.keys.read,
      tag,
      summary: 'Show one key',
      response: keyJson,
      handle: async ({ params, caller }) =>
        present(deps, caller.tenant.id, await getProviderKey(deps, caller.tenant.id, params.id)),
    }),
  ];
}

function addingKeys(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...none,
      method: 'post',
      path: '/keys',
      access: accessTo.keys.add,
      tag,
      summary: 'Store a key and test it',
      description:
        'The key is stored, then probed at once unless its `probeMode` is `off` or `?probe=false` is given. What the ' +
        'probe found is in `probe`; a key that turns out to be dead is stored all the same. `probe` is null when there ' +
        'was none, or when it did not end in time; the worker then probes it.',
      query: z.strictObject({ probe: z.enum(['true', 'false'], 'must be true or false').default('true') }),
      body: newKeyBody,
      status: 201,
      response: changedKeyJson.extend({ probe: probeJson.nullable() }),
      async handle({ query, body, caller, actor }) {
        const { key, ...rest } = body;
        const stored = await storeProviderKey({ ...deps, actor }, caller.tenant.id, { ...rest, secret: key });
        // Before the probe, whose usage would name the model.
        const notices = await modelNotices(deps, caller.tenant.id, body.model);
        const wanted = query.probe === 'true' && stored.probeMode !== 'off';
        const probe = wanted ? await tryProbe({ ...deps, actor }, caller.tenant.id, stored.id) : null;
        const now = probe ? await getProviderKey(deps, caller.tenant.id, stored.id) : stored;
        return { ...(await present(deps, caller.tenant.id, now)), notices, probe };
      },
    }),
    defineRoute({
      ...oneKey,
      method: 'post',
      path: '/keys/:id/probe',
      access: accessTo.keys.test,
      tag,
      summary: 'Test a key now',
      description:
        'Waits for the outcome. A probe of this key that is under way already is waited for instead of paying twice.',
      response: probeJson,
      handle: async ({ params, caller, actor }) =>
        presentProbe(
          await probeNow({ ...deps, actor }, caller.tenant.id, { providerKeyId: params.id, trigger: 'manual' }),
        ),
    }),
  ];
}

function changingKeys(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...oneKey,
      method: 'patch',
      path: '/keys/:id',
      access: accessTo.keys.change,
      tag,
      summary: 'Rename a key or change how it is probed',
      description: 'What is not named stays.',
      body: keyPatchBody,
      response: changedKeyJson,
      async handle({ params, body: { active, ...patch }, caller: { tenant }, actor }) {
        const key = await change({ ...deps, actor }, tenant.id, {
          id: params.id,
          patch: { ...patch, isActive: active },
        });
        return { ...key, notices: await modelNotices(deps, tenant.id, patch.model) };
      },
    }),
    defineRoute({
      ...oneKey,
      method: 'patch',
      path: '/keys/:id/active',
      access: accessTo.keys.change,
      tag,
      summary: 'Switch a key on or off',
      description: 'A key that is off is kept and not probed.',
      body: activeBody,
      response: keyJson,
      handle: ({ params, body, caller, actor }) =>
        change({ ...deps, actor }, caller.tenant.id, { id: params.id, patch: { isActive: body.active } }),
    }),
    defineRoute({
      ...oneKey,
      method: 'put',
      path: '/keys/:id/secret',
      access: accessTo.keys.replaceSecret,
      tag,
      summary: 'Replace a key’s secret',
      description:
        'Label, id and history stay; what was known of the old secret’s health is forgotten, and it is due at once.',
      body: secretBody,
      response: keyJson,
      async handle({ params, body, caller, actor }) {
        const key = await replaceProviderSecret({ ...deps, actor }, caller.tenant.id, params.id, body.key);
        return present(deps, caller.tenant.id, key);
      },
    }),
  ];
}

function removingKeys(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...oneKey,
      method: 'delete',
      path: '/keys/:id',
      access: accessTo.keys.delete,
      tag,
      summary: 'Delete a key',
      description: 'Its secret is destroyed for good. What it cost stays in the books, with its label.',
      status: 204,
      response: noContent,
      handle: ({ params, caller, actor }) => deleteProviderKey({ ...deps, actor }, caller.tenant.id, params.id),
    }),
  ];
}

async function change(
  deps: AppDeps & { actor: Actor },
  tenantId: string,
  { id, patch }: { id: string; patch: ProviderKeyPatch },
): Promise<z.input<typeof keyJson>> {
  return present(deps, tenantId, await updateProviderKey(deps, tenantId, id, patch));
}

async function present(deps: AppDeps, tenantId: string, key: ProviderKeyView): Promise<z.input<typeof keyJson>> {
  const asked = { providerKeyIds: [key.id], ...countedHours(deps.clock.now()) };
  const counts = await countProbes(deps, tenantId, asked);
  const [json] = await presentKeys(deps, tenantId, { keys: [key], counts });
  if (!json) throw new Error('one key is presented as one');
  return json;
}

/** The key is stored by now, and the answer has to say so: a probe that could not be made is null, and logged. */
async function tryProbe(deps: AppDeps & { actor: Actor }, tenantId: string, providerKeyId: string) {
  try {
    return presentProbe(await probeNow(deps, tenantId, { providerKeyId, trigger: 'manual' }));
  } catch (error) {
    deps.logger.warn({ err: error, providerKeyId }, 'a new key was stored and not tested');
    return null;
  }
}
