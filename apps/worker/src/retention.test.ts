import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { setRecordRetention } from '#domain/retention/set-record-retention.js';
import { unscopedDeleteExpiredRecords } from '#domain/retention/unscoped-delete-expired-records.js';
import { sumUsage } from '#domain/usage/sum-usage.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';

let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;
beforeAll(async () => {
  compiled = await compileSources();
});
afterAll(() => compiled.remove());
beforeEach(async () => {
  home = await createWorkerInstallation(compiled.folder);
});
afterEach(() => home.close());

const daysBack = (days: number) => ({ at: new Date(Date.now() - days * 86_400_000).toISOString() });
const keep = (recordDays: number) => setRecordRetention(home, home.tenant.id, { recordDays, installationDays: 0 });
const records = () => withTenant(home.db, home.tenant.id, (tx) => tx.usageRecord.count());
/** @returns how many rows it gave */
const owner = (sql: string) =>
  withOwnerConnection(home.url, async (connection) => (await connection.query(sql)).rowCount);
const sums = () => sumUsage(home, home.tenant.id, {});

test('a worker deletes what a tenant keeps no longer, says how much, and leaves what it keeps and every sum', async () => {
  await addTestUsage(home.db, home.tenant.id, [daysBack(60), daysBack(50), daysBack(30)]);
  await keep(40);
  const before = await sums();
  const worker = await home.startWorker();
  await eventually('the old records are gone', async () => (await records()) === 1);
  await eventually('it is logged', () =>
    Promise.resolve(/"usageRecords":2,"reportedRows":0,"probeRuns":0/.test(worker.output())),
  );
  expect(await sums()).toEqual(before);
});

test('what a worker that was killed in the middle has deleted stays deleted, and the next run goes on behind it', async () => {
  const batch = Array.from({ length: 5_000 }, () => daysBack(60));
  await addTestUsage(home.db, home.tenant.id, [...batch, daysBack(50)]);
  await keep(40);
  const before = await sums();
  // The second batch hangs, so that the worker dies in it.
  await owner(
    `CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN OLD; END'`,
  );
  await owner(`CREATE TRIGGER hang BEFORE DELETE ON usage_record FOR EACH ROW
    WHEN (OLD.occurred_at > now() - interval '55 days') EXECUTE FUNCTION hang()`);
  const victim = await home.startWorker();
  await eventually('the first batch is gone', async () => (await records()) === 1);
  const hanging = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
  await eventually('the second hangs', async () => (await owner(`SELECT ${hanging}`)) === 1);
  victim.child.kill('SIGKILL');
  await victim.exited;
  await owner(`SELECT pg_terminate_backend(pid, 10000) ${hanging}`);
  expect([await records(), await sums()]).toEqual([1, before]);

  await owner('DROP TRIGGER hang ON usage_record');
  const next = await unscopedDeleteExpiredRecords(home, { batchRows: 5_000, forMs: 60_000, installationDays: 0 });
  expect(next).toEqual({ [home.tenant.id]: { usageRecords: 1, reportedRows: 0, probeRuns: 0, unknownResults: 0 } });
  expect([await records(), await sums()]).toEqual([0, before]);
});
