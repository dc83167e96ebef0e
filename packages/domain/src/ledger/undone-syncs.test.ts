import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { forgetDaySumsAt } from '../books/forget-day-sums.js';
import { getBalance } from './get-balance.js';
import { recordCorrection } from './record-correction.js';
import { recordSync } from './record-sync.js';

let home: TestInstallation;
beforeAll(async () => {
  home = await createTestInstallation();
});
afterAll(() => home.close());

test('a sync after which others were undone is valued with the prices of today, as the newest is', async () => {
  home.clock.set('2026-11-20T12:00:00.000Z');
  const { id: tenantId } = await home.addTenant('undone');
  const organizationId = await addTestOrganization(home.db, tenantId);
  const report = (at: string, costUsd: string) => addTestReported(home.db, tenantId, organizationId, [{ at, costUsd }]);
  const sync = (stated: string) => recordSync(home, tenantId, organizationId, { stated: parseUsd(stated) });
  const balance = async () => formatUsd((await getBalance(home, tenantId, organizationId)).balance ?? 0n);
  await report('2026-11-20T09:00:00Z', '4');
  await sync('42');
  for (const slip of [await sync('24'), await sync('4.2')]) {
    await recordCorrection(home, tenantId, organizationId, { change: { undoId: slip.id }, reason: 'a slip' });
  }
  home.clock.set('2026-11-20T20:00:00.000Z');
  await report('2026-11-20T19:00:00Z', '2');
  expect(await balance()).toBe('40');
  await withTenant(home.db, tenantId, async (tx) => {
    await forgetDaySumsAt(tx, 'reported', [home.clock.now()]);
    await tx.$executeRaw`UPDATE reported_hourly SET cost_usd = cost_usd * 0.5`;
  });
  expect(await balance()).toBe('41');
});
