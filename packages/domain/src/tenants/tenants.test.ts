import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashAccessToken } from '#crypto/access-token.js';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { withTenant } from '#db/with-tenant.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { revokeAccessToken } from '../access-tokens/revoke-access-token.js';
import { unscopedAuthenticate } from '../access-tokens/unscoped-authenticate.js';
import { unscopedAssertMasterKeyFits } from './unscoped-assert-master-key-fits.js';
import { ensureFirstAccess } from './ensure-first-access.js';
import { unscopedFindTenantBySlug } from './unscoped-find-tenant-by-slug.js';
import { updateTenant } from './update-tenant.js';

let home: TestInstallation;
beforeAll(async () => {
  home = await createTestInstallation();
});
afterAll(() => home.close());

const otherRing = () => createMasterKeyRing([parseMasterKey(generateMasterKey())]);
const holderOf = (token: string) => unscopedAuthenticate(home, token, {});

test('a database without tenants fits every master key', async () => {
  await expect(unscopedAssertMasterKeyFits({ db: home.db, ring: otherRing() })).resolves.toBeUndefined();
});

test('first access made by eight callers at once is one tenant and one token, told to one of them', async () => {
  const results = await Promise.all(Array.from({ length: 8 }, () => ensureFirstAccess(home, {})));
  const told = results.flatMap(({ token }) => token ?? []);
  expect(told).toHaveLength(1);
  expect(await holderOf(told[0] ?? '')).toMatchObject({ role: 'platform-admin', tenant: { slug: 'default' } });
  expect(await ensureFirstAccess(home, {})).toEqual({ token: null });
});

test('when the last administrator was revoked, the next start makes a new one', async () => {
  const tenant = await unscopedFindTenantBySlug(home, 'default');
  const tenantId = tenant?.id ?? '';
  const tokens = await withTenant(home.db, tenantId, (tx) => tx.accessToken.findMany({ where: { tenantId } }));
  if (!tenant) throw new Error('the test before made it');
  for (const { id } of tokens) await revokeAccessToken(home, { role: 'platform-admin', tenant }, id);
  expect((await ensureFirstAccess(home, {})).token).toMatch(/^klt_/);
});

test('a changed API_KEY replaces the one before, and one that comes back is valid again', async () => {
  const [first, second] = ['first-environment-token-0123456789', 'second-environment-token-0123456789'];
  expect(await ensureFirstAccess(home, { token: first })).toEqual({ token: null });
  await ensureFirstAccess(home, { token: first });
  expect(await holderOf(first)).toMatchObject({ name: 'API_KEY from the environment', role: 'platform-admin' });

  await ensureFirstAccess(home, { token: second });
  expect([await holderOf(first), (await holderOf(second))?.role]).toEqual([null, 'platform-admin']);
  await ensureFirstAccess(home, { token: first });
  expect([(await holderOf(first))?.role, await holderOf(second)]).toEqual(['platform-admin', null]);
});

test('an API_KEY that somebody revoked never comes back', async () => {
  const leaked = 'leaked-environment-token-0123456789';
  await ensureFirstAccess(home, { token: leaked });
  const holder = await holderOf(leaked);
  if (!holder) throw new Error('the token was just made');
  await revokeAccessToken(home, { role: 'platform-admin', tenant: holder.tenant }, holder.id);
  await expect(ensureFirstAccess(home, { token: leaked })).rejects.toThrow('was revoked: choose a new one');
  expect(await holderOf(leaked)).toBeNull();
});

test('API_KEY cannot be a token that another tenant has', async () => {
  const tenant = await home.addTenant('other');
  await withTenant(home.db, tenant.id, (tx) =>
    tx.accessToken.create({
      data: {
        tenantId: tenant.id,
        id: tenant.id,
        name: 'reader',
        role: 'viewer',
        tokenHash: hashAccessToken('a-token-of-another-tenant-0123456789'),
      },
    }),
  );
  await expect(ensureFirstAccess(home, { token: 'a-token-of-another-tenant-0123456789' })).rejects.toThrow(
    /choose a new one/,
  );
});

test('a slug is used once, and malformed slugs and unknown time zones are refused', async () => {
  await home.addTenant('acme');
  await expect(home.addTenant('acme')).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(home.addTenant('-acme')).rejects.toMatchObject({ fields: { slug: expect.anything() } });
  for (const reportingTimeZone of ['Mars/Base', '+01:00']) {
    await expect(home.addTenant('acme2', { reportingTimeZone })).rejects.toMatchObject({
      fields: { reportingTimeZone: expect.anything() },
    });
  }
});

test('a time zone is kept as IANA writes it, and one of another name as it was given', async () => {
  const created = await home.addTenant('zones', { reportingTimeZone: 'europe/berlin' });
  expect(created.reportingTimeZone).toBe('Europe/Berlin');
  for (const [given, kept] of [
    ['america/new_york', 'America/New_York'],
    ['utc', 'UTC'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
  ]) {
    const updated = await updateTenant(home, created.id, { reportingTimeZone: given });
    expect(updated.reportingTimeZone).toBe(kept);
  }
});

test('another master key does not fit, nor does one that only bears the right name', async () => {
  await expect(unscopedAssertMasterKeyFits(home)).resolves.toBeUndefined();
  await expect(unscopedAssertMasterKeyFits({ db: home.db, ring: otherRing() })).rejects.toThrow(
    `This database needs master key ${home.ring.primary.id} for `,
  );
  const impostor = { ...parseMasterKey(generateMasterKey()), id: home.ring.primary.id };
  await expect(unscopedAssertMasterKeyFits({ db: home.db, ring: createMasterKeyRing([impostor]) })).rejects.toThrow(
    /names master key [0-9a-f]{16}, which does not open it/,
  );
});
