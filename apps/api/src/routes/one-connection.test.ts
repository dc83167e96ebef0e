import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { addOrganization, storeKey } from '#testing/test-deeds.js';

const slugs = ['one', 'two', 'three'];

let api: TestApi;
let tenants: Tenant[];
beforeAll(async () => {
  api = await startTestApi({ poolSize: 1 });
  tenants = await Promise.all(slugs.map((slug) => api.addTenant(slug)));
  for (const tenant of tenants) {
    const at: TestApi = { ...api, tenant, tokenOf: (role) => api.tokenOf(role, tenant) };
    await storeKey(at, `key of ${tenant.slug}`);
    await addOrganization(at, `organization of ${tenant.slug}`);
  }
});
afterAll(() => api.close());

const call = async (tenant: Tenant, method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: await api.tokenOf('admin', tenant), body });

const labelsOf = (json: { items: { label?: string; name?: string }[] }): string[] =>
  json.items.map(({ label, name }) => label ?? name ?? '');

const seenBy = async (tenant: Tenant) => ({
  tenant: (await call(tenant, 'GET', '/tenant')).json.slug,
  keys: labelsOf((await call(tenant, 'GET', '/keys')).json).toSorted(),
  organizations: labelsOf((await call(tenant, 'GET', '/organizations')).json),
  records: (await call(tenant, 'GET', '/data')).json.items,
});

const owned = ({ slug }: Tenant) => ({
  tenant: slug,
  keys: [`key of ${slug}`, `organization of ${slug}`],
  organizations: [`organization of ${slug}`],
  records: [],
});

const expectedFaults = [409, 404, 404];
/** Transactions that end in every way: refused before, within, by the database, and at the last statement. */
async function fail(tenant: Tenant): Promise<number[]> {
  const { slug } = tenant;
  const key = 'sk-proj-nobody-has-this-one-0123456789';
  const answers = [
    await call(tenant, 'POST', '/keys', { label: `key of ${slug}`, key }),
    await call(tenant, 'DELETE', `/keys/${crypto.randomUUID()}`),
    await call(tenant, 'POST', '/ledger/deposits', { organization: crypto.randomUUID(), amountUsd: '5' }),
  ];
  await expect(api.db.app.$queryRaw`SELECT 1 / 0`).rejects.toThrow(/division by zero/);
  return answers.map(({ status }) => status);
}

test('requests of many tenants through one connection see their own alone, whatever failed before them', async () => {
  const rounds = Array.from({ length: 12 }, async (_, round) => {
    const tenant = tenants[round % tenants.length] ?? api.tenant;
    const failed = round % 2 === 1 ? await fail(tenant) : expectedFaults;
    expect(failed).toEqual(expectedFaults);
    expect(await seenBy(tenant)).toEqual(owned(tenant));
  });
  await Promise.all(rounds);
});

test('a change that the database refuses at its last statement leaves the connection to nobody', async () => {
  const [one, two] = tenants as [Tenant, Tenant];
  const asOwner = (sql: string) => withOwnerConnection(api.url, (owner) => owner.query(sql));
  await asOwner('REVOKE INSERT ON audit_event FROM keyledger_app');
  try {
    expect((await call(one, 'PATCH', '/tenant', { name: 'renamed' })).status).toBe(500);
    expect(await seenBy(two)).toEqual(owned(two));
  } finally {
    await asOwner('GRANT INSERT ON audit_event TO keyledger_app');
  }
  expect((await call(one, 'GET', '/tenant')).json.name).toBe('one');
});

test('all of that was one connection, and it names no tenant now', async () => {
  // The last to be kept, if any were: what is undone takes the tenant with it.
  expect((await call(tenants[0] ?? api.tenant, 'PATCH', '/tenant', { name: 'kept' })).status).toBe(200);
  const { rows } = await withOwnerConnection(api.url, (owner) =>
    owner.query(`SELECT count(*)::int AS connections FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'keyledger_app'`),
  );
  expect(rows).toEqual([{ connections: 1 }]);
  expect(await api.db.app.$queryRaw`SELECT current_setting('keyledger.tenant_id', true) AS tenant`).toEqual([
    { tenant: '' },
  ]);
});
