import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { addTestOrganization } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { isRegional, regionalKeys, regionalProjects } from './regional-usage.js';

const keys = ['a', 'b', 'c'].map((digit) => `00000000-0000-7000-8000-00000000000${digit}`);
const projects = [
  { id: 'untold', residency: null },
  { id: 'global', residency: 'GLOBAL', keys: [{ id: 'key_1', providerKeyId: keys[0] ?? null }] },
  { id: 'stored', residency: 'JP_STORAGE', keys: [{ id: 'key_2', providerKeyId: keys[1] ?? null }] },
  {
    id: 'processed',
    residency: 'EU_STORAGE_PROCESSING',
    keys: [{ id: 'key_3', providerKeyId: keys[2] ?? null }, { id: 'key_4' }],
  },
  { id: 'new', residency: 'MARS_PROCESSING' },
  { id: 'otherwise', residency: 'MARSPROCESSING' },
];
let home: TestInstallation;
let tenant: Tenant;
let other: Tenant;
beforeAll(async () => {
  home = await createTestInstallation();
  [tenant, other] = [await home.addTenant('acme'), await home.addTenant('other')];
  const seenAt = '2026-11-20T12:00:00Z';
  await addTestProjects(home.db, tenant.id, await addTestOrganization(home.db, tenant.id), { seenAt, projects });
});
afterAll(() => home.close());

test('processing in a region is what OpenAI calls so, new regions too, and storing alone is none', async () => {
  const found = (of: Tenant) =>
    withTenant(home.db, of.id, (tx) => tx.$queryRaw<{ id: string }[]>`${regionalProjects} ORDER BY id`);
  expect(await found(tenant)).toEqual([{ id: 'new' }, { id: 'processed' }]);
  expect(await found(other)).toEqual([]);
  const told = projects.filter(({ residency }) => isRegional(residency)).map(({ id }) => ({ id }));
  expect(told.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(await found(tenant));
});

test('a stored key is regional where it is known to be of such a project', async () => {
  const found = await withTenant(home.db, tenant.id, (tx) => tx.$queryRaw`${regionalKeys}`);
  expect(found).toEqual([{ provider_key_id: keys[2] }]);
});
