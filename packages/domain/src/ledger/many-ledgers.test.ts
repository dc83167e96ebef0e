import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '#core/money.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { addTestBilled, addTestOrganization } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { deleteTenant } from '../tenants/delete-tenant.js';
import { listLedger } from './list-ledger.js';
import { recordCorrection } from './record-correction.js';
import { recordDeposit } from './record-deposit.js';
import { recordSync } from './record-sync.js';
import { unscopedPostLedgers } from './unscoped-post-ledgers.js';

interface Place {
  tenantId: string;
  organizationId: string;
}

let home: TestInstallation;
let count = 0;
beforeAll(async () => {
  home = await createTestInstallation();
});
beforeEach(() => home.clock.set('2026-11-20T12:00:00.000Z'));
afterAll(() => home.close());

const addTenant = async () => (await home.addTenant(`tenant-${(count += 1)}`)).id;

async function connect(tenantId: string): Promise<Place> {
  return { tenantId, organizationId: await addTestOrganization(home.db, tenantId) };
}

const deposit = ({ tenantId, organizationId }: Place, amount: string, idempotencyKey?: string) =>
  recordDeposit(home, tenantId, organizationId, {
    amount: parseUsd(amount),
    at: new Date('2026-11-10T00:00:00Z'),
    idempotencyKey,
  });
const bill = ({ tenantId, organizationId }: Place, usd: string) =>
  addTestBilled(home.db, tenantId, organizationId, [{ day: '2026-11-11', usd }]);
const entriesOf = async ({ tenantId, organizationId }: Place) => {
  const { items } = await listLedger(home, tenantId, organizationId, { limit: 200 });
  return items.map(({ kind, amount }) => `${kind} ${formatUsd(amount)}`);
};

test('an idempotency key is of one organization: another one of the tenant has its own', async () => {
  const tenantId = await addTenant();
  const [one, other] = [await connect(tenantId), await connect(tenantId)];
  await deposit(one, '5', 'k');
  expect((await deposit(other, '6', 'k')).organizationId).toBe(other.organizationId);
  expect([await entriesOf(one), await entriesOf(other)]).toEqual([['deposit 5'], ['deposit 6']]);
});

test('an entry is undone in the ledger that it stands in, and not from another one of the tenant', async () => {
  const tenantId = await addTenant();
  const [one, other] = [await connect(tenantId), await connect(tenantId)];
  const { id: undoId } = await deposit(one, '5');
  const undoing = recordCorrection(home, tenantId, other.organizationId, { change: { undoId }, reason: 'a slip' });
  await expect(undoing).rejects.toMatchObject({ code: 'not-found' });
  expect([await entriesOf(one), await entriesOf(other)]).toEqual([['deposit 5'], []]);
});

test('a sync is of all bills that are there, also those that nobody had posted yet', async () => {
  const place = await connect(await addTenant());
  await deposit(place, '100');
  await bill(place, '30');
  const { computed } = await recordSync(home, place.tenantId, place.organizationId, { stated: parseUsd('69') });
  expect(computed).toBe(parseUsd('70'));
  expect(await entriesOf(place)).toEqual(['sync -1', 'spend -30', 'deposit 100']);
});

test('the schedule posts every ledger but those of deleted tenants, and one that fails holds up no other', async () => {
  const [stuck, deleted, last] = [
    await connect(await addTenant()),
    await connect(await addTenant()),
    await connect(await addTenant()),
  ];
  for (const place of [stuck, deleted, last]) {
    await deposit(place, '10');
    await bill(place, '2');
  }
  await deleteTenant(home, deleted.tenantId, { graceDays: 30 });
  const asOwner = (sql: string) => withOwnerConnection(home.url, (owner) => owner.query(sql));
  await asOwner(
    `ALTER TABLE ledger_entry ADD CONSTRAINT stuck CHECK (organization_id <> '${stuck.organizationId}') NOT VALID`,
  );
  await unscopedPostLedgers(home);
  await asOwner('ALTER TABLE ledger_entry DROP CONSTRAINT stuck');
  expect(await entriesOf(stuck)).toEqual(['deposit 10']);
  expect(await entriesOf(deleted)).toEqual(['deposit 10']);
  expect(await entriesOf(last)).toEqual(['spend -2', 'deposit 10']);
});
