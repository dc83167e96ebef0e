import { afterAll, beforeAll, expect, test } from 'vitest';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { dumpDatabase } from '#testing/dump-database.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { listProviderKeys } from './list-provider-keys.js';
import { openProviderKey } from './open-provider-key.js';
import { type NewProviderKey, storeProviderKey } from './store-provider-key.js';
import { readTenantDataKeys } from './tenant-data-keys.js';

let home: TestInstallation;
let acme: string;
let other: string;
beforeAll(async () => {
  home = await createTestInstallation();
  acme = (await home.addTenant('acme')).id;
  other = (await home.addTenant('other')).id;
});
afterAll(() => home.close());

const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05' };
const secretOf = (label: string) => simulatedSecret({ behaviour: 'healthy', label });
const store = (input: NewProviderKey, tenantId = acme) => storeProviderKey({ ...home, defaults }, tenantId, input);

/** Stores all at once; each result is the label that was stored or the code of the Problem. */
async function storeAtOnce(inputs: NewProviderKey[]): Promise<string[]> {
  const results = await Promise.allSettled(inputs.map((input) => store(input)));
  return results.map((result) =>
    result.status === 'fulfilled' ? result.value.label : (result.reason as { code: string }).code,
  );
}

test('a stored key is nowhere in the database in the clear, and opens to what was stored', async () => {
  const secret = secretOf('sealed');
  const { id, mask } = await store({ label: 'sealed', secret });
  const dump = await dumpDatabase(home.url);
  expect(dump).toContain(id);
  for (const form of ['utf8', 'hex', 'base64', 'base64url'] as const) {
    // The middle of the secret, whose base64 is the same wherever the secret stands at this alignment.
    expect(dump).not.toContain(Buffer.from(secret.slice(9, -6)).toString(form).slice(0, 24));
  }
  expect(mask).toBe(`sk-proj-…${secret.slice(-4)}`);
  const opened = await withTenant(home.db, acme, async (tx) => {
    const row = await tx.providerKey.findUniqueOrThrow({ where: { tenantId_id: { tenantId: acme, id } } });
    return openProviderKey(await readTenantDataKeys(home.ring, tx, acme), row);
  });
  expect(opened.reveal()).toBe(secret);
});

test('a new key is active, due at once, of unknown health, and has the installation’s defaults', async () => {
  const now = home.clock.now();
  const view = await store({ label: 'defaults', secret: secretOf('defaults') });
  expect(view).toMatchObject({
    kind: 'project',
    model: 'gpt-4o-mini',
    probeMode: 'completion',
    probeIntervalSecs: null,
    probeDailyCapUsd: '0.05',
    isActive: true,
    health: 'unknown',
    healthSince: now,
    createdAt: now,
    nextProbeAt: now,
    lastProbeAt: null,
    lastOkAt: null,
  });
});

test('what is given takes the place of the defaults', async () => {
  const given = { model: 'gpt-5', probeMode: 'models', dailyCapUsd: '0.000000000001' } as const;
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin' });
  const view = await store({ label: 'given', secret, kind: 'admin', intervalSecs: 60, ...given });
  expect(view).toMatchObject({ kind: 'admin', model: 'gpt-5', probeMode: 'models', probeIntervalSecs: 60 });
  expect(view.probeDailyCapUsd).toBe('0.000000000001');
});

test('a kind that the key contradicts is refused, either way', async () => {
  const admin = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: 'contradiction' });
  for (const input of [
    { secret: admin, kind: 'project' },
    { secret: secretOf('contradiction'), kind: 'admin' },
  ] as const) {
    await expect(store({ label: 'kind', ...input })).rejects.toMatchObject({ code: 'invalid-request' });
  }
});

test('a secret that is stored already is refused, naming the label that has it', async () => {
  const secret = secretOf('twice');
  await store({ label: 'first of two', secret });
  const again = store({ label: 'second of two', secret: `export KEY="${secret}"` });
  await expect(again).rejects.toMatchObject({ code: 'duplicate-secret', status: 409 });
  await expect(again).rejects.toThrow('“first of two”');
});

test('a label that is taken is refused, whatever its case', async () => {
  await store({ label: 'Production', secret: secretOf('production') });
  const again = store({ label: 'PRODUCTION', secret: secretOf('production2') });
  await expect(again).rejects.toMatchObject({ code: 'duplicate-label', fields: { label: expect.anything() } });
  await expect(again).rejects.toThrow('“Production”');
});

test.each([
  ['team-x-prod', 'team_x_prod'],
  ['100 keys', '100%'],
  ['back-slash', String.raw`back\slash`],
])('labels are compared as text, never as patterns: beside %s there may be %s', async (present, added) => {
  await store({ label: present, secret: secretOf(`a ${present}`) });
  expect((await store({ label: added, secret: secretOf(`b ${added}`) })).label).toBe(added);
  await expect(store({ label: added, secret: secretOf(`c ${added}`) })).rejects.toMatchObject({
    code: 'duplicate-label',
  });
});

test('of five that store one secret at the same moment, one succeeds and the others are told', async () => {
  const secret = secretOf('race');
  const results = await storeAtOnce([1, 2, 3, 4, 5].map((n) => ({ label: `race ${n}`, secret })));
  expect(results.filter((result) => result === 'duplicate-secret')).toHaveLength(4);
  const labels = (
    await listProviderKeys(home, acme, { limit: 100, probed: { from: new Date(0), to: new Date() } })
  ).items.map(({ label }) => label);
  expect(labels.filter((label) => label.startsWith('race'))).toEqual(results.filter((one) => one.startsWith('race')));
});

test('of five that store under one label at the same moment, one succeeds and the others are told', async () => {
  const results = await storeAtOnce([1, 2, 3, 4, 5].map((n) => ({ label: 'wanted', secret: secretOf(`wanted ${n}`) })));
  expect(results.toSorted()).toEqual([...Array<string>(4).fill('duplicate-label'), 'wanted']);
});

test('another tenant may store the same secret under the same label, and no stored byte tells that it is the same', async () => {
  const secret = secretOf('shared');
  const views = [await store({ label: 'shared', secret }), await store({ label: 'shared', secret }, other)];
  const rows = await Promise.all(
    views.map((view, index) => {
      const tenantId = index === 0 ? acme : other;
      return withTenant(home.db, tenantId, (tx) =>
        tx.providerKey.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: view.id } } }),
      );
    }),
  );
  const hex = rows.map(({ fingerprint }) => Buffer.from(fingerprint ?? []).toString('hex'));
  expect(hex[0]).toHaveLength(64);
  expect(hex[0]).not.toBe(hex[1]);
});

test('with another master key nothing is stored', async () => {
  const ring = createMasterKeyRing([parseMasterKey(generateMasterKey())]);
  const stored = storeProviderKey({ ...home, ring, defaults }, acme, { label: 'lost', secret: secretOf('lost') });
  await expect(stored).rejects.toThrow(CannotOpenError);
  expect(await dumpDatabase(home.url)).not.toContain('"lost"');
});
