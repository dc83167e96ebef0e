import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestOrganization } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { recordDeposit } from '../ledger/record-deposit.js';
import { deleteProviderKey } from '../provider-keys/delete-provider-key.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import { updateProviderKey } from '../provider-keys/update-provider-key.js';
import type { Tenant } from '../tenants/tenant.js';
import { getOrganization } from './get-organization.js';
import { listOrganizations } from './list-organizations.js';

const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05' };
let home: TestInstallation;
let tenant: Tenant;
let count = 0;
beforeAll(async () => {
  home = await createTestInstallation();
});
beforeEach(async () => {
  tenant = await home.addTenant(`tenant-${(count += 1)}`);
});
afterAll(() => home.close());

async function connect(label: string): Promise<{ id: string; keyId: string }> {
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label });
  const key = await storeProviderKey({ ...home, defaults }, tenant.id, { label, secret });
  return { id: await addTestOrganization(home.db, tenant.id, { providerKeyId: key.id, name: label }), keyId: key.id };
}

test('organizations are listed page by page, each with its key and whether it is connected', async () => {
  const [first, second] = [await connect('one'), await connect('two')];
  await updateProviderKey(home, tenant.id, second.keyId, { isActive: false });
  const page = await listOrganizations(home, tenant.id, { limit: 1 });
  expect(page).toMatchObject({ items: [{ id: first.id, keyLabel: 'one', isConnected: true }], next: first.id });
  const last = await listOrganizations(home, tenant.id, { limit: 1, after: first.id });
  expect(last).toMatchObject({ items: [{ id: second.id, keyLabel: 'two', isConnected: false }], next: null });
});

test('an organization is importing only while the lease of its run lasts', async () => {
  const { id } = await connect('one');
  expect((await getOrganization(home, tenant.id, id)).isImporting).toBe(false);
  await withTenant(home.db, tenant.id, (tx) =>
    tx.organization.updateMany({
      where: { tenantId: tenant.id, id },
      data: { importRunId: id, importLeaseUntil: new Date(home.clock.now().getTime() + 1000) },
    }),
  );
  expect((await getOrganization(home, tenant.id, id)).isImporting).toBe(true);
  home.clock.advance(1000);
  expect((await getOrganization(home, tenant.id, id)).isImporting).toBe(false);
});

test('another tenant’s organization is as absent as one that never was', async () => {
  const { id } = await connect('one');
  const stranger = await home.addTenant(`stranger-${count}`);
  const refusal = await getOrganization(home, stranger.id, id).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'not-found' });
  expect((await listOrganizations(home, stranger.id)).items).toEqual([]);
});

test('credit that is recorded while the admin key is deleted keeps the organization', async () => {
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: 'one' });
  const key = await storeProviderKey({ ...home, defaults }, tenant.id, { label: 'one', secret });
  const id = (await listOrganizations(home, tenant.id)).items[0]?.id ?? '';
  await withOwnerConnection(home.url, async (owner) => {
    // Holds up the deposit just before its end.
    await owner.query('BEGIN');
    await owner.query(`SELECT pg_advisory_xact_lock(hashtextextended('audit ' || $1, 0))`, [tenant.id]);
    const recorded = recordDeposit(home, tenant.id, id, { amount: parseUsd('10') });
    await untilSomebodyWaits(home.db);
    const deleted = deleteProviderKey(home, tenant.id, key.id);
    await untilSomebodyWaits(home.db, { atLeast: 2 });
    await owner.query('COMMIT');
    await Promise.all([recorded, deleted]);
  });
  expect(await getOrganization(home, tenant.id, id)).toMatchObject({ keyLabel: 'one', isConnected: false });
});

test('an admin key whose organization has a history is deleted at once, though an import is writing', async () => {
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: 'leaked' });
  const key = await storeProviderKey({ ...home, defaults }, tenant.id, { label: 'leaked', secret });
  const id = (await listOrganizations(home, tenant.id)).items[0]?.id ?? '';
  await withTenant(home.db, tenant.id, (tx) =>
    tx.organization.updateMany({ where: { id }, data: { inventoryAt: home.clock.now() } }),
  );
  await withOwnerConnection(home.url, async (owner) => {
    await owner.query('BEGIN');
    await owner.query('UPDATE organization SET import_lease_until = now() WHERE id = $1', [id]);
    await deleteProviderKey(home, tenant.id, key.id);
    await owner.query('ROLLBACK');
  });
  expect(await getOrganization(home, tenant.id, id)).toMatchObject({ isConnected: false });
});
