import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { eventually } from '#testing/eventually.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import type { Tenant } from '../tenants/tenant.js';
import { accessRoles, roleAllows } from './access-role.js';
import { issueAccessToken } from './issue-access-token.js';
import { revokeAccessToken } from './revoke-access-token.js';
import { unscopedAuthenticate } from './unscoped-authenticate.js';
import { unscopedFindPrincipal } from './unscoped-find-principal.js';

let home: TestInstallation;
let tenant: Tenant;
beforeAll(async () => {
  home = await createTestInstallation();
  tenant = await home.addTenant('acme');
});
afterAll(() => home.close());

const issue = (expiresAt?: Date) => issueAccessToken(home, tenant.id, { name: 'ci', role: 'operator', expiresAt });
const holderOf = (token: string) => unscopedAuthenticate(home, token, { address: '192.0.2.7' });

const readToken = (id: string) =>
  withTenant(home.db, tenant.id, (tx) =>
    tx.accessToken.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.id, id } } }),
  );

test('each role may do what the ones before it may, and no more', () => {
  const table = accessRoles.map((role) => accessRoles.filter((needed) => roleAllows(role, needed)).length);
  expect(table).toEqual([1, 2, 3, 4]);
});

test('a token tells its holder and tenant, and is stored only as a hash', async () => {
  const { id, token } = await issue();
  expect(await holderOf(token.reveal())).toEqual({ kind: 'token', id, name: 'ci', role: 'operator', tenant });
  expect(JSON.stringify(await readToken(id))).not.toContain(token.reveal());
  expect(await holderOf(`${token.reveal()}0`)).toBeNull();
});

test('a revoked token is refused at once, by token and by session', async () => {
  const { id, token } = await issue();
  const session = { tenantId: tenant.id, tokenId: id };
  expect(await unscopedFindPrincipal(home, session)).toMatchObject({ id });
  await revokeAccessToken(home, { role: 'admin', tenant }, id);
  const { revokedAt } = await readToken(id);
  home.clock.advance(1000);
  await revokeAccessToken(home, { role: 'admin', tenant }, id);
  expect((await readToken(id)).revokedAt).toEqual(revokedAt);
  expect([await holderOf(token.reveal()), await unscopedFindPrincipal(home, session)]).toEqual([null, null]);
});

test('another tenant cannot revoke a token, and learns nothing of it', async () => {
  const other = await home.addTenant('other');
  const { id } = await issue();
  await expect(revokeAccessToken(home, { role: 'admin', tenant: other }, id)).rejects.toMatchObject({
    code: 'not-found',
  });
  expect((await readToken(id)).revokedAt).toBeNull();
});

test('a token ends at the instant of its expiry', async () => {
  const expiresAt = new Date(home.clock.now().getTime() + 10_000);
  const { token } = await issue(expiresAt);
  home.clock.set(new Date(expiresAt.getTime() - 1));
  expect(await holderOf(token.reveal())).not.toBeNull();
  home.clock.set(expiresAt);
  expect(await holderOf(token.reveal())).toBeNull();
});

const untilLastUsed = (id: string, at: Date) =>
  eventually('the use is noted', async () => (await readToken(id)).lastUsedAt?.getTime() === at.getTime());

test('the last use is noted with its address, at most once a minute', async () => {
  const { id, token } = await issue();
  const firstUse = home.clock.now();
  await holderOf(token.reveal());
  await untilLastUsed(id, firstUse);
  expect((await readToken(id)).lastUsedAddress).toBe('192.0.2.7');

  home.clock.advance(59_999);
  await holderOf(token.reveal());
  home.clock.advance(1);
  const nextUse = home.clock.now();
  await holderOf(token.reveal());
  await untilLastUsed(id, nextUse);
});

test('a suspended tenant’s token is told so', async () => {
  const suspended = await home.addTenant('gone');
  const { token } = await issueAccessToken(home, suspended.id, { name: 'ci', role: 'admin' });
  await withTenant(home.db, suspended.id, (tx) =>
    tx.tenant.update({ where: { id: suspended.id }, data: { status: 'suspended' } }),
  );
  await expect(holderOf(token.reveal())).rejects.toMatchObject({ code: 'tenant-suspended' });
});
