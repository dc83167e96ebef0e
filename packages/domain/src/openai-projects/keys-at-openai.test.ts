import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { sumBook } from '../books/sum-book.js';
import { linkKeys } from '../organizations/link-keys.js';
import { deleteProviderKey } from '../provider-keys/delete-provider-key.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import { listFocusLines } from '../reconciliation/list-focus-lines.js';
import { reconcile } from '../reconciliation/reconcile.js';
import type { Tenant } from '../tenants/tenant.js';
import { regionalKeys } from './regional-usage.js';

const days = { fromDay: '2026-11-01', toDay: '2026-11-10' };
const model = 'gpt-4o-mini-2024-07-18';
const secret = simulatedSecret({ behaviour: 'healthy', kind: 'project', label: 'ours' });
let home: TestInstallation;
let tenant: Tenant;
let formerId: string;
let standingId: string;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:00:00.000Z');
  tenant = await home.addTenant('acme');
  const organizationId = await addTestOrganization(home.db, tenant.id);
  const redactedValue = `sk-proj-****************${secret.slice(-4)}`;
  await addTestProjects(home.db, tenant.id, organizationId, {
    seenAt: '2026-11-20T11:00:00Z',
    projects: [{ id: 'proj_a', residency: 'EU_STORAGE_PROCESSING', keys: [{ id: 'key_a', redactedValue }] }],
  });
  formerId = await storeAndUse(secret, '5');
  await deleteProviderKey(home, tenant.id, formerId);
  standingId = await storeAndUse(secret, '2');
  await storeAndUse(simulatedSecret({ behaviour: 'healthy', kind: 'project', label: 'another' }), '1');
  await addTestReported(home.db, tenant.id, organizationId, [{ at: '2026-11-03T10:00:00Z', costUsd: '7' }]);
  await addTestBilled(home.db, tenant.id, organizationId, [{ day: '2026-11-03', model, usd: '7' }]);
});
afterAll(() => home.close());

async function storeAndUse(key: string, costUsd: string): Promise<string> {
  const deps = { ...home, defaults: { model: 'gpt-4o-mini', dailyCapUsd: '0.05' } };
  const { id: keyId } = await storeProviderKey(deps, tenant.id, { label: `key ${costUsd}`, secret: key });
  await withTenant(home.db, tenant.id, linkKeys);
  await addTestUsage(home.db, tenant.id, [{ at: '2026-11-03T10:00:00Z', keyId, costUsd }]);
  return keyId;
}

test('what a key used before it was deleted and stored again stays with its project and organization', async () => {
  const measured = { ...days, book: 'measured', calendar: 'utc' } as const;
  const byProject = await sumBook(home, tenant.id, { ...measured, by: 'project' });
  expect(byProject.map(({ group, cost }) => [group, cost])).toEqual([
    ['proj_a', parseUsd('7')],
    [null, parseUsd('1')],
  ]);
  const ofProject = await sumBook(home, tenant.id, { ...measured, by: 'key', only: { projectId: 'proj_a' } });
  expect(ofProject.map(({ group, cost }) => [group, cost])).toEqual([
    [formerId, parseUsd('5')],
    [standingId, parseUsd('2')],
  ]);
});

test('so it is rated as what its project uses, in a region too', async () => {
  const regional = await withTenant(
    home.db,
    tenant.id,
    (tx) => tx.$queryRaw<{ id: string }[]>`
      SELECT id::text FROM provider_key WHERE tenant_id = ${tenant.id}::uuid AND id IN (${regionalKeys}) ORDER BY id`,
  );
  expect(regional.map(({ id }) => id)).toEqual([formerId, standingId]);
});

test('it stands against what OpenAI reports of the one key: nothing of that is traffic of others', async () => {
  const byDay = await reconcile(home, tenant.id, { ...days, by: 'day', limit: 50, projectId: 'proj_a' });
  expect(byDay.total.reportedLessMeasured).toEqual({ amount: 0n, percent: 0, parts: [] });
  const byKey = await reconcile(home, tenant.id, { ...days, by: 'key', limit: 50 });
  expect(byKey.rows).toMatchObject([
    {
      group: standingId,
      openaiKeyIds: ['key_a'],
      measured: parseUsd('7'),
      reportedLessMeasured: { amount: 0n, parts: [] },
    },
    { measured: parseUsd('1'), reported: null },
  ]);
  const lines = await listFocusLines(home, tenant.id, days, { limit: 10 });
  expect(lines).toMatchObject([{ billed: parseUsd('7'), reported: parseUsd('7'), measured: parseUsd('7') }]);
});
