import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import type { AccessRole } from '#domain/access-tokens/access-role.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { eventually } from '#testing/eventually.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let platform: Tenant;
let admin: string;
beforeAll(async () => {
  api = await startTestApi();
  platform = await api.addTenant('default');
  admin = await api.tokenOf('admin');
});
afterAll(() => api.close());

const issue = (role: AccessRole, token = admin, headers: Record<string, string> = {}) =>
  api.call('POST', '/access-tokens', { token, headers, body: { name: `a ${role}`, role } });
const opens = async (token: string) => (await api.call('GET', '/tenant', { token })).status === 200;
const auditOf = async (id: string, tenant = api.tenant) => {
  const events = await withTenant(api.db, tenant.id, (tx) =>
    tx.auditEvent.findMany({ where: { subjectId: id }, orderBy: { seq: 'asc' } }),
  );
  return events.map(({ action, actorName }) => `${action} by ${actorName}`);
};

test('a token is shown once, and never again', async () => {
  const issued = await issue('operator');
  expect(issued.status).toBe(201);
  const { id, token } = issued.json;
  expect(token).toMatch(/^klt_[\w-]{43}_[\da-f]{6}$/);
  const one = await api.call('GET', `/access-tokens/${id}`, { token: admin });
  const list = await api.call('GET', '/access-tokens', { token: admin });
  expect(one.json).toMatchObject({ name: 'a operator', role: 'operator', createdBy: 'acme admin', lastUsedAt: null });
  expect(list.json.items[0]).toEqual(one.json);
  const rows = await withTenant(api.db, api.tenant.id, (tx) => tx.accessToken.findMany());
  for (const text of [one.text, list.text, JSON.stringify(rows)]) expect(text).not.toContain(token);
  expect(await auditOf(id)).toEqual(['access-token.issue by acme admin']);
});

test('its last use is told with the address', async () => {
  const { id, token } = (await issue('viewer')).json;
  expect(await opens(token)).toBe(true);
  const used = async () => (await api.call('GET', `/access-tokens/${id}`, { token: admin })).json;
  await eventually('the use to be noted', async () => (await used()).lastUsedAt !== null);
  expect(await used()).toMatchObject({ lastUsedAt: api.clock.now().toISOString(), lastUsedAddress: '127.0.0.1' });
});

test('nobody issues, rotates or revokes more than their own role', async () => {
  const refused = await issue('platform-admin');
  expect([refused.status, refused.json.code]).toEqual([403, 'forbidden']);
  const home = await api.tokenOf('admin', platform);
  const root = (await issue('platform-admin', await api.tokenOf('platform-admin', platform))).json;
  expect(root.role).toBe('platform-admin');
  const attempts = [
    await issue('platform-admin', home),
    await api.call('POST', `/access-tokens/${root.id}/rotate`, { token: home }),
    await api.call('DELETE', `/access-tokens/${root.id}`, { token: home }),
  ];
  expect(attempts.map(({ status }) => status)).toEqual([403, 403, 403]);
  expect(attempts.map(({ text }) => text).join('')).not.toContain('klt_');
  expect(await opens(root.token)).toBe(true);
});

test('a platform administrator issues tokens in every tenant, and those of platform administrators at home alone', async () => {
  const root = await api.tokenOf('platform-admin', platform);
  const there = { 'x-tenant': 'acme' };
  expect((await issue('admin', root, there)).status).toBe(201);
  const refused = await issue('platform-admin', root, there);
  expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining('“default” alone')]);
});

test('a token that is rotated stays good for the overlap, and is rotated once', async () => {
  const old = (await issue('operator')).json;
  const rotate = (id: string, body: object) => api.call('POST', `/access-tokens/${id}/rotate`, { token: admin, body });
  const next = (await rotate(old.id, { overlapHours: 2 })).json;
  expect(next).toMatchObject({ name: old.name, role: old.role, replacesId: old.id, expiresAt: null });
  const endsAt = new Date(api.clock.now().getTime() + 2 * 3_600_000);
  expect(next.replacedEndsAt).toBe(endsAt.toISOString());
  expect((await rotate(old.id, {})).json.code).toBe('already-rotated');
  expect(await auditOf(old.id)).toContain('access-token.rotate by acme admin');

  api.clock.set(new Date(endsAt.getTime() - 1));
  expect([await opens(old.token), await opens(next.token)]).toEqual([true, true]);
  api.clock.set(endsAt);
  expect([await opens(old.token), await opens(next.token)]).toEqual([false, true]);
  expect((await rotate(old.id, {})).status).toBe(400);
});

test('of two rotations at once one makes a token', async () => {
  const { id } = (await issue('viewer')).json;
  const rotate = () => api.call('POST', `/access-tokens/${id}/rotate`, { token: admin, body: { overlapHours: 0 } });
  const statuses = (await Promise.all([rotate(), rotate(), rotate()])).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
});

test('a rotated token that ends keeps its end, and the new one lasts as long as it did', async () => {
  const begins = api.clock.now().getTime();
  const expiresAt = new Date(begins + 3_600_000).toISOString();
  const body = { name: 'short', role: 'viewer', expiresAt };
  const { id } = (await api.call('POST', '/access-tokens', { token: admin, body })).json;
  api.clock.advance(1_800_000);
  const next = await api.call('POST', `/access-tokens/${id}/rotate`, { token: admin, body: { overlapHours: 24 } });
  expect(next.json.replacedEndsAt).toBe(expiresAt);
  expect(next.json.expiresAt).toBe(new Date(begins + 1_800_000 + 3_600_000).toISOString());
});

test('an end that is past is refused, and so is a secret in the name', async () => {
  const past = { name: 'late', role: 'viewer', expiresAt: api.clock.now().toISOString() };
  expect((await api.call('POST', '/access-tokens', { token: admin, body: past })).json.fields).toHaveProperty(
    'expiresAt',
  );
  const { token } = (await issue('viewer')).json;
  const leaking = await api.call('POST', '/access-tokens', { token: admin, body: { name: token, role: 'viewer' } });
  expect([leaking.status, leaking.text.includes(token)]).toEqual([400, false]);
});

test('a revoked token is refused from the next request on, and stays in the list', async () => {
  const { id, token } = (await issue('viewer')).json;
  expect((await api.call('DELETE', `/access-tokens/${id}`, { token: admin })).status).toBe(204);
  expect(await opens(token)).toBe(false);
  expect((await api.call('GET', `/access-tokens/${id}`, { token: admin })).json.revokedAt).not.toBeNull();
  expect((await api.call('DELETE', `/access-tokens/${newId()}`, { token: admin })).status).toBe(404);
});
