import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { formatUsd } from '#core/money.js';
import { addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import type { Tenant } from '../tenants/tenant.js';
import { sumBookBySpan } from './sum-book-by-span.js';
import { sumDays } from './sum-days.js';

let home: TestInstallation;
let tenant: Tenant;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:00:00Z');
  tenant = await home.addTenant('acme');
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: newId().slice(-8) });
  const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05' };
  const { id: providerKeyId } = await storeProviderKey({ ...home, defaults }, tenant.id, { label: 'admin', secret });
  const organizationId = await addTestOrganization(home.db, tenant.id, { providerKeyId });
  await addTestReported(home.db, tenant.id, organizationId, [
    { at: '2026-10-30T23:00:00Z', projectId: 'a', model: 'x', costUsd: '1' },
    { at: '2026-10-31T10:00:00Z', projectId: 'a', model: 'x', costUsd: '2' },
    { at: '2026-10-31T11:00:00Z', projectId: 'a', model: 'y', costUsd: '4' },
    { at: '2026-11-01T00:00:00Z', projectId: 'b', model: 'x', costUsd: '8' },
    { at: '2026-11-20T11:00:00Z', projectId: 'b', model: 'y', costUsd: '16' },
  ]);
});
afterAll(() => home.close());

const spans = [
  { fromDay: '2026-10-31', toDay: '2026-10-31' },
  { fromDay: '2026-11-01', toDay: '2026-11-30' },
];
const read = async (and?: 'model') => {
  const query = { book: 'reported', by: 'project', calendar: 'utc', spans, and } as const;
  const sums = await sumBookBySpan(home, tenant.id, query);
  return sums.map(({ day, group, also, cost }) => [day, group, also, formatUsd(cost)]);
};

test('spans hold their first and their last day and nothing beside, live or summed', async () => {
  const expected = [
    ['2026-10-31', 'a', null, '6'],
    ['2026-11-01', 'b', null, '24'],
  ];
  expect(await read()).toEqual(expected);
  await sumDays(home, tenant.id, { budgetMs: 10_000 });
  expect(await read()).toEqual(expected);
});

test('a group can be told apart once more', async () => {
  expect(await read('model')).toEqual([
    ['2026-10-31', 'a', 'y', '4'],
    ['2026-10-31', 'a', 'x', '2'],
    ['2026-11-01', 'b', 'y', '16'],
    ['2026-11-01', 'b', 'x', '8'],
  ]);
});
