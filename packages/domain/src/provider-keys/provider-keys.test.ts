import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { listUsage } from '../usage/list-usage.js';
import { deleteProviderKey } from './delete-provider-key.js';
import { getProviderKey } from './get-provider-key.js';
import { listProviderKeys } from './list-provider-keys.js';
import { replaceProviderSecret } from './replace-provider-secret.js';
import { storeProviderKey } from './store-provider-key.js';
import { unscopedListActiveKeys } from './unscoped-list-active-keys.js';
import { updateProviderKey } from './update-provider-key.js';

const probed = { from: new Date(0), to: new Date() };
let home: TestInstallation;
let acme: string;
let other: string;
beforeAll(async () => {
  home = await createTestInstallation();
  acme = (await home.addTenant('acme')).id;
  other = (await home.addTenant('other')).id;
});
afterAll(() => home.close());

const secretOf = (label: string) => simulatedSecret({ behaviour: 'healthy', label });
const store = (label: string, { secret = secretOf(label), tenantId = acme } = {}) =>
  storeProviderKey({ ...home, defaults: { model: 'gpt-4o-mini', dailyCapUsd: '0.05' } }, tenantId, { label, secret });

const storedRow = (id: string) =>
  withTenant(home.db, acme, (tx) =>
    tx.providerKey.findUniqueOrThrow({ where: { tenantId_id: { tenantId: acme, id } } }),
  );

const setRow = (id: string, data: object) =>
  withTenant(home.db, acme, (tx) => tx.providerKey.updateMany({ where: { id }, data }));

test('an absent, a deleted and another tenant’s key get the same answer from every verb', async () => {
  const deleted = (await store('to be deleted')).id;
  await deleteProviderKey(home, acme, deleted);
  const foreign = (await store('foreign', { tenantId: other })).id;
  const verbs: ((id: string) => Promise<unknown>)[] = [
    (id) => getProviderKey(home, acme, id),
    (id) => updateProviderKey(home, acme, id, { label: 'mine now' }),
    (id) => replaceProviderSecret(home, acme, id, secretOf('mine now')),
    (id) => deleteProviderKey(home, acme, id),
  ];
  for (const verb of verbs) {
    const answers = await Promise.all(
      [crypto.randomUUID(), deleted, foreign].map((id) =>
        verb(id).catch((error: { code: string; message: string }) => [error.code, error.message]),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 3 }, () => ['not-found', 'There is no such key.']));
  }
  expect((await getProviderKey(home, other, foreign)).label).toBe('foreign');
});

test('keys are listed page by page, each once, without deleted and foreign ones', async () => {
  const tenantId = (await home.addTenant('pages')).id;
  const stored = [];
  for (const n of [1, 2, 3, 4, 5]) stored.push((await store(`page ${n}`, { tenantId })).id);
  await deleteProviderKey(home, tenantId, stored[1] ?? '');
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const page = await listProviderKeys(home, tenantId, { after, limit: 2, probed });
    pages.push(page.items.map(({ label }) => label));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(pages).toEqual([
    ['page 1', 'page 3'],
    ['page 4', 'page 5'],
  ]);
});

test('no view holds the sealed secret or its fingerprint', async () => {
  const { id } = await store('viewed');
  const views = [
    await getProviderKey(home, acme, id),
    ...(await listProviderKeys(home, acme, { limit: 100, probed })).items,
  ];
  for (const view of views) {
    expect(view).not.toHaveProperty('sealedSecret');
    expect(view).not.toHaveProperty('fingerprint');
  }
});

test('an update changes what it names and keeps the rest', async () => {
  const { id, ...before } = await store('before');
  const after = await updateProviderKey(home, acme, id, { label: 'after', intervalSecs: 60, dailyCapUsd: '1.5' });
  expect(after).toEqual({ id, ...before, label: 'after', probeIntervalSecs: 60, probeDailyCapUsd: '1.5' });
  expect(await updateProviderKey(home, acme, id, {})).toEqual(after);
  expect((await updateProviderKey(home, acme, id, { intervalSecs: null })).probeIntervalSecs).toBeNull();
  expect((await updateProviderKey(home, acme, id, { isActive: false })).isActive).toBe(false);
});

test('a key is due at once after a change to its probing, and only then', async () => {
  const { id } = await store('due');
  const later = new Date(home.clock.now().getTime() + 300_000);
  const dueAfter = async (patch: Parameters<typeof updateProviderKey>[3]) => {
    await setRow(id, { nextProbeAt: later });
    return (await updateProviderKey(home, acme, id, patch)).nextProbeAt;
  };
  expect(await dueAfter({ label: 'due later', dailyCapUsd: '1' })).toEqual(later);
  for (const patch of [
    { model: 'gpt-5' },
    { probeMode: 'models' },
    { intervalSecs: 60 },
    { isActive: true },
  ] as const) {
    expect(await dueAfter(patch)).toEqual(home.clock.now());
  }
});

test('a label may change its case, and may not become another key’s', async () => {
  await store('Taken');
  const { id } = await store('mine');
  expect((await updateProviderKey(home, acme, id, { label: 'MINE' })).label).toBe('MINE');
  await expect(updateProviderKey(home, acme, id, { label: 'taken' })).rejects.toMatchObject({
    code: 'duplicate-label',
  });
});

test('two keys that are given one label at the same moment do not both get it', async () => {
  const ids = [(await store('left')).id, (await store('right')).id];
  const results = await Promise.allSettled(ids.map((id) => updateProviderKey(home, acme, id, { label: 'middle' })));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'duplicate-label' } });
});

test('a replaced secret keeps id, label and settings, and what was known of the old one’s health is forgotten', async () => {
  const { id } = await store('replaced');
  const before = await updateProviderKey(home, acme, id, { model: 'gpt-5', intervalSecs: 60 });
  const failing = { health: 'dead', healthAt: home.clock.now(), consecutiveFailures: 9, lastOutcome: 'invalid-key' };
  await setRow(id, { ...failing, lastHttpStatus: 401, lastErrorMessage: 'no', nextProbeAt: new Date('2027-01-01') });
  const sealedBefore = await storedRow(id);
  home.clock.advance(1000);
  const secret = secretOf('replacement');
  const after = await replaceProviderSecret(home, acme, id, ` "${secret}" `);
  const now = home.clock.now();
  expect(after).toEqual({ ...before, mask: `sk-proj-…${secret.slice(-4)}`, healthSince: now, nextProbeAt: now });
  const sealedAfter = await storedRow(id);
  expect(sealedAfter.sealedSecret).not.toEqual(sealedBefore.sealedSecret);
  expect(sealedAfter.fingerprint).not.toEqual(sealedBefore.fingerprint);
});

test('a secret is not replaced by another key’s, nor by one of another kind; by itself it is', async () => {
  const { id } = await store('has one');
  await store('taken by', { secret: secretOf('taken too') });
  await expect(replaceProviderSecret(home, acme, id, secretOf('taken too'))).rejects.toThrow('“taken by”');
  const admin = simulatedSecret({ behaviour: 'healthy', kind: 'admin' });
  await expect(replaceProviderSecret(home, acme, id, admin)).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(replaceProviderSecret(home, acme, id, secretOf('has one'))).resolves.toMatchObject({ id });
});

test('a secret that the label of its key holds is not put there', async () => {
  const secret = 'sk-of-a-gateway-in-letters-alone';
  const { id } = await store(`my ${secret}`, { secret: secretOf('shown in its label') });
  await expect(replaceProviderSecret(home, acme, id, secret)).rejects.toThrow('holds the key itself');
});

test('a secret that is replaced while the key is being deleted stays deleted', async () => {
  const { id } = await store('deleted meanwhile');
  await withOwnerConnection(home.url, async (owner) => {
    await owner.query('BEGIN');
    await owner.query(
      `UPDATE provider_key SET deleted_at = now(), sealed_secret = NULL, fingerprint = NULL WHERE id = $1`,
      [id],
    );
    const replaced = replaceProviderSecret(home, acme, id, secretOf('too late')).catch((error: unknown) => error);
    await untilSomebodyWaits(home.db);
    await owner.query('COMMIT');
    expect(await replaced).toMatchObject({ code: 'not-found' });
  });
  expect(await storedRow(id)).toMatchObject({ sealedSecret: null, mask: expect.stringMatching(/hile$/) });
});

test('deleting destroys the secret, frees label and secret, and past usage keeps the label', async () => {
  const { id } = await store('retired');
  await addTestUsage(home.db, acme, [{ at: home.clock.now().toISOString(), keyId: id }]);
  await deleteProviderKey(home, acme, id);
  const deletedAt = home.clock.now();
  expect(await storedRow(id)).toMatchObject({ sealedSecret: null, fingerprint: null, isActive: false, deletedAt });

  const again = await store('retired', { secret: secretOf('retired') });
  expect(again.id).not.toBe(id);
  const { items } = await listUsage(home, acme, { keyId: id }, { limit: 10 });
  expect(items.map(({ keyLabel }) => keyLabel)).toEqual(['retired']);
});

test('every active key of every active tenant is listed, except those that are not probed', async () => {
  const slug = 'once';
  const tenant = await home.addTenant(slug);
  const labels = ['b', 'a', 'off', 'inactive', 'deleted'];
  const ids = new Map<string, string>();
  for (const label of labels) ids.set(label, (await store(label, { tenantId: tenant.id })).id);
  await updateProviderKey(home, tenant.id, ids.get('off') ?? '', { probeMode: 'off' });
  await updateProviderKey(home, tenant.id, ids.get('inactive') ?? '', { isActive: false });
  await deleteProviderKey(home, tenant.id, ids.get('deleted') ?? '');
  const ofTenant = async () => (await unscopedListActiveKeys(home)).filter((key) => key.tenantSlug === slug);
  expect((await ofTenant()).map(({ label }) => label)).toEqual(['a', 'b']);
  await withTenant(home.db, tenant.id, (tx) =>
    tx.tenant.update({ where: { id: tenant.id }, data: { status: 'suspended' } }),
  );
  expect(await ofTenant()).toEqual([]);
});
