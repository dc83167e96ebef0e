import { withTenant } from '#db/with-tenant.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { deleteTenant } from '#domain/tenants/delete-tenant.js';
import { suspendTenant } from '#domain/tenants/suspend-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestOrganization } from './add-test-bill.js';
import type { TestApi } from './start-test-api.js';

/** A request of a platform administrator that changes something, once what it needs is there. */
export type Deed = (api: TestApi, own: string) => Promise<{ id?: string; body?: unknown; query?: string }>;

/** Each time another number, as the same again changes nothing. */
let otherDays = 60;

/** How each route that changes something is asked to; `own` is a word that nothing else is called by. */
export const deeds: Readonly<Record<string, Deed>> = {
  'post /keys': async (_api, own) => ({ body: { label: own, key: secretOf(own), probeMode: 'off' } }),
  'post /keys/:id/probe': async (api, own) => ({ id: await storeKey(api, own) }),
  'patch /keys/:id': async (api, own) => ({ id: await storeKey(api, own), body: { label: `${own} renamed` } }),
  'patch /keys/:id/active': async (api, own) => ({ id: await storeKey(api, own), body: { active: false } }),
  'put /keys/:id/secret': async (api, own) => ({ id: await storeKey(api, own), body: { key: secretOf(`${own}-2`) } }),
  'delete /keys/:id': async (api, own) => ({ id: await storeKey(api, own) }),
  'put /usage/limits': async () => ({ body: { dailyUsd: '5' } }),
  'delete /reset': async () => ({ query: '?confirm=reset' }),
  'patch /prices': async (_api, own) => ({ body: { add: [{ model: own, kind: 'input', usdPerUnit: '0.000001' }] } }),
  'post /prices/re-rate': async () => ({}),
  'post /ledger/deposits': async (api, own) => ({
    body: { organization: await addOrganization(api, own), amountUsd: '5' },
  }),
  'post /ledger/sync': async (api, own) => ({
    body: { organization: await addOrganization(api, own), statedUsd: '5' },
  }),
  'post /ledger/corrections': async (api, own) => ({
    body: { organization: await addOrganization(api, own), amountUsd: '-1', reason: 'A refund' },
  }),
  'patch /organizations/:id': async (api, own) => ({
    id: await addOrganization(api, own),
    body: { name: `${own} renamed` },
  }),
  'post /organizations/:id/import': async (api, own) => ({ id: await addOrganization(api, own) }),
  'post /access-tokens': async (_api, own) => ({ body: { name: own, role: 'viewer' } }),
  'post /access-tokens/:id/rotate': async (api, own) => ({ id: await issueToken(api, own), body: {} }),
  'delete /access-tokens/:id': async (api, own) => ({ id: await issueToken(api, own) }),
  'patch /tenant': async (_api, own) => ({ body: { name: own } }),
  'put /tenant/retention': async () => ({ body: { recordDays: (otherDays += 1) }, query: '?confirm=delete' }),
  'post /tenants': async (_api, own) => ({ body: { slug: own, name: own } }),
  'patch /tenants/:id': async (api, own) => ({ id: await makeTenant(api, own), body: { name: `${own} renamed` } }),
  'post /tenants/:id/suspend': async (api, own) => ({ id: await makeTenant(api, own), body: { reason: 'unpaid' } }),
  'post /tenants/:id/resume': async (api, own) => ({ id: await makeSuspendedTenant(api, own) }),
  'delete /tenants/:id': async (api, own) => ({ id: await makeTenant(api, own), query: `?confirm=${own}` }),
  'post /tenants/:id/restore': async (api, own) => ({ id: await makeDeletedTenant(api, own) }),
};

/** Routes that are no GET and write no audit event, and why. */
export const unaudited: Readonly<Record<string, string>> = {
  'post /usage/events': 'usage that clients report, by the thousand: it is a book of its own, which names its source',
};

const secretOf = (label: string) => simulatedSecret({ behaviour: 'healthy', label });

/** A key of `api.tenant` that nothing probes by itself. */
export async function storeKey(api: TestApi, label: string, kind?: 'admin'): Promise<string> {
  const key = kind ? simulatedSecret({ behaviour: 'healthy', label, kind }) : secretOf(label);
  const body = { label, key, probeMode: 'off' };
  return (await api.call('POST', '/keys', { token: await api.tokenOf('platform-admin'), body })).json.id;
}

/** An organization of `api.tenant` whose import is not due. */
export async function addOrganization(api: TestApi, name: string): Promise<string> {
  const { id: tenantId } = api.tenant;
  const providerKeyId = await storeKey(api, name, 'admin');
  const id = await addTestOrganization(api.db, tenantId, { providerKeyId, name });
  const nextImportAt = new Date(api.clock.now().getTime() + 3_600_000);
  await withTenant(api.db, tenantId, (tx) => tx.organization.updateMany({ where: { id }, data: { nextImportAt } }));
  return id;
}

async function issueToken(api: TestApi, name: string): Promise<string> {
  return (await issueAccessToken(api, api.tenant.id, { name, role: 'viewer' })).id;
}

async function makeTenant(api: TestApi, slug: string): Promise<string> {
  return (await api.addTenant(slug)).id;
}

async function makeSuspendedTenant(api: TestApi, slug: string): Promise<string> {
  return (await suspendTenant(api, await makeTenant(api, slug), { reason: 'unpaid' })).id;
}

async function makeDeletedTenant(api: TestApi, slug: string): Promise<string> {
  return (await deleteTenant(api, await makeTenant(api, slug), { graceDays: 30 })).id;
}
