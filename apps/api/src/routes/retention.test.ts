import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AccessRole } from '#domain/access-tokens/access-role.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { unscopedGetTenant } from '#domain/tenants/unscoped-get-tenant.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let tenant: Tenant;
let tenants = 0;
beforeAll(async () => {
  api = await startTestApi({ settings: { usageRetentionDays: 90 } });
  await api.addTenant('default'); // the deeds of platform administrators are audited there
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.addTenant(`tenant-${(tenants += 1)}`);
});

const path = '/tenant/retention';
const daysBack = (days: number) => new Date(api.clock.now().getTime() - days * 86_400_000).toISOString();
const put = async (recordDays: unknown, { role = 'admin', query = '' }: { role?: AccessRole; query?: string } = {}) =>
  api.call('PUT', path + query, { token: await api.tokenOf(role, tenant), body: { recordDays } });
const keptDays = async () => (await unscopedGetTenant(api, tenant.id)).recordRetentionDays;

test('an admin sets how long records are kept, everybody of the tenant reads it, and null is as in the installation', async () => {
  expect((await put(60)).json).toEqual({ recordDays: 60, installationDays: 90 });
  const viewer = await api.tokenOf('viewer', tenant);
  expect((await api.call('GET', path, { token: viewer })).json).toEqual({ recordDays: 60, installationDays: 90 });
  expect((await put(null)).json).toEqual({ recordDays: null, installationDays: 90 });
  expect(await keptDays()).toBeNull();
});

test.each(['viewer', 'operator'] as const)('a %s is refused, and nothing changes', async (role) => {
  expect((await put(60, { role })).status).toBe(403);
  expect(await keptDays()).toBeNull();
});

test('longer than the installation keeps them is refused with the reason', async () => {
  const { status, json } = await put(91);
  expect([status, json.code, await keptDays()]).toEqual([400, 'invalid-request', null]);
  expect(json.detail).toContain(
    'must be at most 90: the whole installation drops what is older (USAGE_RETENTION_DAYS)',
  );
  expect((await put(90)).status).toBe(200);
});

test('where records would go, it says how many and does nothing until that is confirmed', async () => {
  await addTestUsage(api.db, tenant.id, [{ at: daysBack(41) }, { at: daysBack(41) }, { at: daysBack(1) }]);
  const asked = await put(40);
  expect([asked.status, asked.json.code, await keptDays()]).toEqual([400, 'confirmation-required', null]);
  expect(asked.json.detail).toMatch(/older than \d{4}-\d\d-\d\d: 2 usage records\. Sums stay\. Add \?confirm=delete/);
  expect((await put(40, { query: '?confirm=delete' })).json.recordDays).toBe(40);
  expect((await put(45)).status).toBe(200);
});

test('a tenant that is exported has it in the first line of its file', async () => {
  await put(60);
  const token = await api.tokenOf('platform-admin');
  const { text } = await api.call('GET', `/tenants/${tenant.id}/export`, { token });
  expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ tenant: { recordRetentionDays: 60 } });
});
