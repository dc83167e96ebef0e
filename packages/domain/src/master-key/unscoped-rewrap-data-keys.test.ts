import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { withTenant } from '#db/with-tenant.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { verifyAudit } from '../audit/verify-audit.js';
import { openProviderKey } from '../provider-keys/open-provider-key.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import { readTenantDataKeys } from '../provider-keys/tenant-data-keys.js';
import { unscopedCountDataKeys, unscopedScanDataKeys } from './unscoped-count-data-keys.js';
import { createTenantDataKey } from './create-tenant-data-key.js';
import { unscopedRewrapDataKeys } from './unscoped-rewrap-data-keys.js';

const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05' };
const newKey = parseMasterKey(generateMasterKey());
let home: TestInstallation;
let tenantIds: string[];

beforeEach(async () => {
  home = await createTestInstallation();
  tenantIds = [];
  for (let count = 0; count < 12; count += 1) tenantIds.push((await home.addTenant(`tenant-${count}`)).id);
});
afterEach(() => home.close());

const bothKeys = () => createMasterKeyRing([newKey, home.ring.primary]);

test('rewrapping moves every data key to the new master key, with which alone every secret opens', async () => {
  const [tenantId = ''] = tenantIds;
  const secret = `sk-proj-${'a1B2'.repeat(12)}`;
  const { id } = await storeProviderKey({ ...home, defaults }, tenantId, { label: 'one', secret });

  expect(await unscopedRewrapDataKeys({ ...home, ring: bothKeys() })).toBe(12);
  expect(await unscopedScanDataKeys(home)).toEqual([{ masterKeyId: newKey.id, dataKeys: 12 }]);
  const opened = await withTenant(home.db, tenantId, async (tx) => {
    const row = await tx.providerKey.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
    return openProviderKey(await readTenantDataKeys(createMasterKeyRing([newKey]), tx, tenantId), row);
  });
  expect(opened.reveal()).toBe(secret);
});

test('each is written down in the chain of its tenant, which still verifies, and again does nothing', async () => {
  const deps = { ...home, ring: bothKeys() };
  await unscopedRewrapDataKeys(deps);
  expect(await unscopedRewrapDataKeys(deps)).toBe(0);
  for (const tenantId of tenantIds) {
    const events = await withTenant(home.db, tenantId, (tx) =>
      tx.auditEvent.findMany({ where: { action: 'data-key.rewrap' } }),
    );
    expect(events).toMatchObject([
      { before: `{"masterKeyId":"${home.ring.primary.id}"}`, after: `{"masterKeyId":"${newKey.id}"}` },
    ]);
    expect(await verifyAudit({ db: home.db, ring: createMasterKeyRing([newKey]) }, tenantId)).toMatchObject({
      fault: null,
    });
  }
});

test('two at the same time do everything once', async () => {
  const deps = { ...home, ring: bothKeys() };
  const done = await Promise.all([unscopedRewrapDataKeys(deps), unscopedRewrapDataKeys(deps)]);
  expect(done.reduce((sum, count) => sum + count)).toBe(12);
  const events = await Promise.all(
    tenantIds.map((id) =>
      withTenant(home.db, id, (tx) => tx.auditEvent.count({ where: { action: 'data-key.rewrap' } })),
    ),
  );
  expect(events).toEqual(tenantIds.map(() => 1));
});

test('files that are given another primary key meanwhile change nothing of what is begun', async () => {
  const another = parseMasterKey(generateMasterKey());
  const { older, find } = createMasterKeyRing([newKey, another, home.ring.primary]);
  let times = 0;
  const ring = {
    get primary() {
      return (times += 1) === 1 ? newKey : another;
    },
    older,
    find,
  };
  expect(await unscopedRewrapDataKeys({ ...home, ring })).toBe(12);
  expect(await unscopedCountDataKeys(home)).toEqual([{ masterKeyId: newKey.id, dataKeys: 12 }]);
});

test('without the key of before nothing is changed, and it says so', async () => {
  await expect(unscopedRewrapDataKeys({ ...home, ring: createMasterKeyRing([newKey]) })).rejects.toThrow(
    /cannot be opened/,
  );
  expect(await unscopedCountDataKeys(home)).toEqual([{ masterKeyId: home.ring.primary.id, dataKeys: 12 }]);
});

test('the scan waits for a tenant that is being made, so it misses none under the key of before', async () => {
  await unscopedRewrapDataKeys({ ...home, ring: bothKeys() });
  const id = '01990000-0000-7000-8000-000000000001';
  let scanned: Promise<unknown> = Promise.resolve();
  await withTenant(home.db, id, async (tx) => {
    await tx.tenant.create({ data: { id, slug: 'late', name: 'Late' } });
    await createTenantDataKey(tx, home.ring, { tenantId: id, createdAt: home.clock.now() });
    scanned = unscopedScanDataKeys(home);
    await untilSomebodyWaits(home.db);
  });
  expect(await scanned).toEqual([
    { masterKeyId: newKey.id, dataKeys: 12 },
    { masterKeyId: home.ring.primary.id, dataKeys: 1 },
  ]);
});
