import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let platform: Tenant;
let root: string;
beforeAll(async () => {
  api = await startTestApi();
  platform = await api.addTenant('default');
  root = await api.tokenOf('platform-admin', platform);
});
afterAll(() => api.close());

let made = 0;
const asRoot = (method: string, path: string, body?: unknown) => api.call(method, path, { token: root, body });
async function makeTenant(): Promise<Tenant & { admin: string }> {
  const slug = `customer-${(made += 1)}`;
  const tenant = (await asRoot('POST', '/tenants', { slug, name: `Customer ${made}` })).json as Tenant;
  return { ...tenant, admin: await api.tokenOf('admin', tenant) };
}
const ask = async (token: string) => {
  const { status, json } = await api.call('GET', '/keys', { token });
  return status === 200 ? 'let in' : `${status} ${json.code}: ${json.detail}`;
};
const auditOf = async (tenantId: string, subjectId = tenantId) =>
  (
    await withTenant(api.db, tenantId, (tx) =>
      tx.auditEvent.findMany({ where: { subjectKind: 'tenant', subjectId }, orderBy: { seq: 'asc' } }),
    )
  ).map(({ action }) => action);

test('a tenant is made, found and renamed by who runs the installation, and that is in the platform’s audit', async () => {
  const { id, slug } = await makeTenant();
  expect((await asRoot('POST', '/tenants', { slug, name: 'again' })).json.fields).toHaveProperty('slug');
  const renamed = await asRoot('PATCH', `/tenants/${id}`, { name: 'ACME', reportingTimeZone: 'Europe/Berlin' });
  expect(renamed.json).toMatchObject({ slug, name: 'ACME', reportingTimeZone: 'Europe/Berlin', status: 'active' });
  expect((await asRoot('PATCH', `/tenants/${id}`, { reportingTimeZone: '+01:00' })).status).toBe(400);
  expect((await asRoot('GET', '/tenants?q=cME')).json.items.map((item: Tenant) => item.slug)).toContain(slug);
  expect((await asRoot('GET', '/tenants?q=%25')).json.items).toEqual([]);
  expect(await auditOf(platform.id, id)).toEqual(['tenant.create', 'tenant.update']);
  expect(await auditOf(id)).toEqual(['tenant.update']);
  expect((await asRoot('GET', `/tenants/${newId()}`)).status).toBe(404);
});

test('a tenant is listed with the keys and the good tokens that it has', async () => {
  const { slug, admin } = await makeTenant();
  const body = { label: 'prod', key: simulatedSecret({ behaviour: 'healthy', label: slug }), probeMode: 'off' };
  expect((await api.call('POST', '/keys', { token: admin, body })).status).toBe(201);
  const { id } = (await api.call('POST', '/access-tokens', { token: admin, body: { name: 'x', role: 'viewer' } })).json;
  const counts = async () => (await asRoot('GET', `/tenants?q=${slug}`)).json.items[0];
  expect(await counts()).toMatchObject({ slug, keys: 1, tokens: 2 });
  await api.call('DELETE', `/access-tokens/${id}`, { token: admin });
  expect(await counts()).toMatchObject({ keys: 1, tokens: 1 });
});

test('the list is whole, page by page', async () => {
  for (let more = 0; more < 3; more += 1) await makeTenant();
  const slugs: string[] = [];
  for (let after: string | null = ''; after !== null;) {
    const page: { items: Tenant[]; next: string | null } = (
      await asRoot('GET', `/tenants?limit=2${after && `&after=${after}`}`)
    ).json;
    slugs.push(...page.items.map((item) => item.slug));
    after = page.next;
  }
  const all = await api.db.unscoped.tenant.findMany({ select: { slug: true } });
  expect(slugs).toEqual(all.map(({ slug }) => slug).toSorted());
});

test('an admin renames their own tenant, and finds no other', async () => {
  const { admin } = await makeTenant();
  const change = { name: 'Ours', reportingTimeZone: 'Asia/Tokyo' };
  expect((await api.call('PATCH', '/tenant', { token: admin, body: change })).json).toMatchObject(change);
  expect((await api.call('GET', '/tenant', { token: admin })).json).toMatchObject(change);
  expect((await api.call('GET', '/tenants', { token: admin })).status).toBe(403);
});

test('a suspended tenant is refused with the reason, and let in again', async () => {
  const { id, slug, admin } = await makeTenant();
  await asRoot('POST', `/tenants/${id}/suspend`, { reason: 'The bill of May is open' });
  const why =
    '403 tenant-suspended: This tenant is suspended. The reason: The bill of May is open. Ask who runs this installation.';
  expect(await ask(admin)).toBe(why);
  // Who looks into it from elsewhere is the one to be asked.
  expect((await api.call('GET', '/keys', { token: root, headers: { 'x-tenant': slug } })).json.detail).toBe(
    'This tenant is suspended. The reason: The bill of May is open. Resume it first.',
  );
  expect((await asRoot('GET', `/tenants/${id}`)).json).toMatchObject({ status: 'suspended' });
  await asRoot('POST', `/tenants/${id}/resume`);
  expect(await ask(admin)).toBe('let in');
  expect(await auditOf(id)).toEqual(['tenant.suspend', 'tenant.resume']);
});

test('the audit of a tenant names with theirs who closed it from another, and that of their own does not', async () => {
  const { id, slug } = await makeTenant();
  await asRoot('PATCH', `/tenants/${id}`, { name: 'Renamed' });
  await asRoot('POST', `/tenants/${id}/suspend`, { reason: 'unpaid' });
  await asRoot('POST', `/tenants/${id}/resume`);
  await asRoot('GET', `/tenants/${id}/export`);
  await asRoot('DELETE', `/tenants/${id}?confirm=${slug}`);
  await asRoot('POST', `/tenants/${id}/restore`);
  const change = { token: root, headers: { 'x-tenant': slug }, body: { name: 'Renamed from within' } };
  await api.call('PATCH', '/tenant', change);
  const actorsIn = (tenantId: string) =>
    withTenant(api.db, tenantId, (tx) => tx.auditEvent.findMany({ where: { tenantId, subjectId: id } }));
  const namesIn = async (tenantId: string) => (await actorsIn(tenantId)).map(({ actorName }) => actorName);
  expect(await namesIn(id)).toEqual(Array(7).fill('default platform-admin of default'));
  // With its creation.
  expect(await namesIn(platform.id)).toEqual(Array(8).fill('default platform-admin'));
});

test('a deleted tenant is refused, and restored to what it was before', async () => {
  const { id, slug, admin } = await makeTenant();
  await asRoot('POST', `/tenants/${id}/suspend`, { reason: 'unpaid' });
  expect((await asRoot('DELETE', `/tenants/${id}`)).json.code).toBe('confirmation-required');
  const { json: deleted } = await asRoot('DELETE', `/tenants/${id}?confirm=${slug}`);
  const purgeAt = new Date(api.clock.now().getTime() + 30 * 86_400_000).toISOString();
  expect(deleted).toMatchObject({ status: 'deleted', purgeAt });
  expect(await ask(admin)).toContain(
    `403 tenant-deleted: This tenant is deleted. The time to restore it ends ${purgeAt}.`,
  );
  expect((await asRoot('POST', `/tenants/${id}/resume`)).json.code).toBe('tenant-state');
  expect((await asRoot('POST', `/tenants/${id}/restore`)).json).toMatchObject({ status: 'suspended', purgeAt: null });
  await asRoot('POST', `/tenants/${id}/resume`);
  expect(await ask(admin)).toBe('let in');
});

test('the tenant that the installation is run from stays', async () => {
  const attempts = [
    await asRoot('POST', `/tenants/${platform.id}/suspend`, { reason: 'x' }),
    await asRoot('DELETE', `/tenants/${platform.id}?confirm=default`),
  ];
  expect(attempts.map(({ json }) => json.code)).toEqual(['tenant-state', 'tenant-state']);
});

test('the file of a tenant has all of it and no secret, and says at its end that it is whole', async () => {
  const { id, slug, admin } = await makeTenant();
  const secret = simulatedSecret({ behaviour: 'healthy', label: 'canary' });
  const key = (await api.call('POST', '/keys', { token: admin, body: { label: 'prod', key: secret } })).json;
  const answer = await asRoot('GET', `/tenants/${id}/export`);
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toContain(`keyledger-${slug}.jsonl`);
  const [head, ...rest] = answer.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const end = rest.pop();
  expect(head).toMatchObject({ keyledger: 'tenant', version: 1, tenant: { id, slug } });
  expect(end).toMatchObject({ end: true, rows: { provider_key: 1, access_token: 1, probe_run: 1, usage_record: 1 } });
  const rowsOf = (table: string) => rest.filter((line) => line.table === table).map(({ row }) => row);
  expect(rowsOf('provider_key')).toMatchObject([{ id: key.id, label: 'prod', mask: key.mask }]);
  expect(rowsOf('usage_record')[0].cost_usd).toMatch(/^0\.0000\d+$/);
  for (const hidden of [secret, admin, 'sealed_secret', 'fingerprint', 'token_hash', 'wrapped_key']) {
    expect(answer.text).not.toContain(hidden);
  }
  expect(await auditOf(id)).toEqual(['tenant.export']);
});
