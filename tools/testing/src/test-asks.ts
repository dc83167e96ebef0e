import { newId } from '#core/ids.js';
import { addTestProjects } from './add-test-projects.js';
import type { TestApi } from './start-test-api.js';
import { addOrganization, type Deed, deeds, storeKey } from './test-deeds.js';

/**
 * How a route is asked, by `method path`, and by `method path by field` where a field of the query or the body names a
 * thing: what the deeds do not say. Everything named is made for it in `api.tenant`.
 */
const asks: Readonly<Record<string, Deed>> = {
  'get /keys/:id': async (api, own) => ({ id: await storeKey(api, own) }),
  'get /keys by after': async (api, own) => ({ query: `?after=${await storeKey(api, own)}` }),
  'get /data by key': async (api, own) => ({ query: `?key=${await storeKey(api, own)}` }),
  'get /usage/reported by key': async (api, own) => ({ query: `?key=${await addOpenaiKey(api, own)}` }),
  'post /usage/events': async (_api, own) => ({ body: usageEvent(own) }),
  'post /usage/events by keyId': async (api, own) => ({
    body: { ...usageEvent(own), keyId: await storeKey(api, own) },
  }),
  'patch /prices by remove': async (api, own) => ({ body: { remove: [await addPrice(api, own)] } }),
  'patch /prices by restore': async (api, own) => ({ body: { restore: [await removePrice(api, own)] } }),
  'post /ledger/corrections by undoId': async (api, own) => {
    const organization = await addOrganization(api, own);
    const { id } = await send(api, 'post /ledger/deposits', { organization, amountUsd: '5' });
    return { body: { organization, undoId: id, reason: 'Entered twice' } };
  },
  'get /organizations/:id': async (api, own) => ({ id: await addOrganization(api, own) }),
  'get /organizations/:id/drift': async (api, own) => ({ id: await addOrganization(api, own) }),
  'get /organizations/:id/unknown-results': async (api, own) => ({ id: await addOrganization(api, own) }),
  'get /organizations by after': async (api, own) => ({ query: `?after=${await addOrganization(api, own)}` }),
  'get /access-tokens/:id': (api, own) => deedOf('delete /access-tokens/:id')(api, own),
  'get /access-tokens by after': async (api, own) => ({ query: `?after=${await idOf(api, own, 'access-tokens')}` }),
  'get /tenants/:id': (api, own) => deedOf('patch /tenants/:id')(api, own).then(({ id = '' }) => ({ id })),
  'get /tenants/:id/export': (api, own) => deedOf('patch /tenants/:id')(api, own).then(({ id = '' }) => ({ id })),
  'get /audit by subject': async (api, own) => ({ query: `?subject=${await storeKey(api, own)}` }),
  'get /audit by actor': async (api, own) => ({ query: `?actor=${await idOf(api, own, 'access-tokens')}` }),
};

/** Those whose question is one of figures: what may narrow them is named in the same way. */
const narrowed: Readonly<Record<string, (api: TestApi, own: string) => Promise<string>>> = {
  organization: addOrganization,
  key: storeKey,
  project: addProject,
};

/** @throws where nobody has said how it is asked */
export function askFor(what: string): Deed {
  const [route = '', field] = what.split(' by ');
  const ask = asks[what] ?? (field === undefined ? undefined : narrowedBy(route, field)) ?? deeds[route];
  if (ask) return ask;
  if (route.startsWith('get ') && field === undefined && !route.includes(':id')) return async () => ({});
  throw new Error(`add to tools/testing/src/test-asks.ts how “${what}” is asked`);
}

function narrowedBy(route: string, field: string): Deed | undefined {
  const make = narrowed[field];
  if (!route.startsWith('get ') || !make) return undefined;
  const always = route.endsWith('/costs') ? '&start_time=1793491200' : '';
  return async (api, own) => ({ query: `?${field}=${await make(api, own)}${always}` });
}

function deedOf(route: string): Deed {
  const deed = deeds[route];
  if (!deed) throw new Error(`no deed is called “${route}”`);
  return deed;
}

async function idOf(api: TestApi, own: string, collection: string): Promise<string> {
  return (await deedOf(`delete /${collection}/:id`)(api, own)).id ?? '';
}

async function addProject(api: TestApi, own: string): Promise<string> {
  const id = newId();
  const projects = [{ id, name: own }];
  const seenAt = api.clock.now().toISOString();
  await addTestProjects(api.db, api.tenant.id, await addOrganization(api, own), { seenAt, projects });
  return id;
}

async function addOpenaiKey(api: TestApi, own: string): Promise<string> {
  const id = newId();
  const projects = [{ id: `proj_${id}`, name: own, keys: [{ id, name: own }] }];
  const seenAt = api.clock.now().toISOString();
  await addTestProjects(api.db, api.tenant.id, await addOrganization(api, own), { seenAt, projects });
  return id;
}

async function addPrice(api: TestApi, model: string): Promise<string> {
  const { added } = await send(api, 'patch /prices', { add: [{ model, kind: 'input', usdPerUnit: '0.000001' }] });
  return added[0].id;
}

async function removePrice(api: TestApi, model: string): Promise<string> {
  const id = await addPrice(api, model);
  await send(api, 'patch /prices', { remove: [id] });
  return id;
}

async function send(api: TestApi, route: string, body: unknown) {
  const [method = '', path = ''] = route.split(' ');
  const answer = await api.call(method, path, { token: await api.tokenOf('platform-admin'), body });
  if (answer.status >= 300) throw new Error(`${route}: ${answer.text}`);
  return answer.json;
}

function usageEvent(idempotencyKey: string) {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  return { idempotencyKey, model: 'gpt-4o-mini-2024-07-18', usage };
}
