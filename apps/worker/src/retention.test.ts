import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { setRecordRetention } from '#domain/retention/set-record-retention.js';
import { sumUsage } from '#domain/usage/sum-usage.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';

let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;
beforeAll(async () => {
  compiled = await compileSources();
  home = await createWorkerInstallation(compiled.folder);
});
afterAll(async () => {
  await home.close();
  await compiled.remove();
});

test('a worker deletes what a tenant keeps no longer, says how much, and leaves what it keeps and every sum', async () => {
  const daysBack = (days: number) => ({ at: new Date(Date.now() - days * 86_400_000).toISOString() });
  await addTestUsage(home.db, home.tenant.id, [daysBack(60), daysBack(50), daysBack(30)]);
  await setRecordRetention(home, home.tenant.id, { recordDays: 40, installationDays: 0 });
  const before = await sumUsage(home, home.tenant.id, {});
  const worker = await home.startWorker();
  const records = () => withTenant(home.db, home.tenant.id, (tx) => tx.usageRecord.count());
  await eventually('the old records are gone', async () => (await records()) === 1);
  await eventually('it is logged', () =>
    Promise.resolve(/"usageRecords":2,"reportedRows":0,"probeRuns":0/.test(worker.output())),
  );
  expect(await sumUsage(home, home.tenant.id, {})).toEqual(before);
});
