import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { openDatabase } from '#db/database.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { eventually } from '#testing/eventually.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { checkReadiness } from './check-readiness.js';
import { recordHeartbeat } from './record-heartbeat.js';
import { unscopedMetrics } from './unscoped-metrics.js';
import { unscopedUsageCounter } from './unscoped-usage-counter.js';
import { unscopedWorkerHealth } from './unscoped-worker-health.js';

let home: TestInstallation;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:00:00.000Z');
});
afterAll(() => home.close());

const ready = (over: Partial<Parameters<typeof checkReadiness>[0]> = {}) =>
  checkReadiness({ ...home, pingQueue: () => Promise.resolve(), ...over });

test('an empty installation is ready, has no worker, and measures nothing as unknown', async () => {
  expect(await ready()).toMatchObject({ ready: true, database: 'ok', migrations: 'ok', queue: 'ok', worker: 'silent' });
  expect(await unscopedMetrics(home, unscopedUsageCounter(home))).toMatchObject({
    usageRows: 0,
    activeKeys: 0,
    lastUsageAt: null,
    lastKeyOkAt: null,
    oldestDueKeyAgeSecs: 0,
    probes: [],
  });
});

test('a queue that is away, or never answers, makes the API not ready', async () => {
  const away = await ready({ pingQueue: () => Promise.reject(new Error('connection refused')) });
  expect(away).toMatchObject({ ready: false, database: 'ok', queue: 'failed' });
  const mute = await ready({ pingQueue: () => new Promise(() => undefined) });
  expect(mute).toMatchObject({ ready: false, queue: 'failed' });
});

test('a migration that is not applied makes the API not ready', async () => {
  const setApplied = (isApplied: boolean) =>
    withOwnerConnection(home.url, (owner) =>
      owner.query(
        `UPDATE _prisma_migrations SET finished_at = ${isApplied ? 'now()' : 'NULL'}
         WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`,
      ),
    );
  await setApplied(false);
  expect(await ready()).toMatchObject({ ready: false, database: 'ok', migrations: 'pending' });
  await setApplied(true);
  expect(await ready()).toMatchObject({ ready: true, migrations: 'ok' });
});

test('a database that is away makes the API not ready, and says only that', async () => {
  const db = openDatabase({ url: 'postgres://nobody@127.0.0.1:9/none', poolSize: 1 });
  expect(await ready({ db })).toMatchObject({
    ready: false,
    database: 'failed',
    migrations: 'unknown',
    worker: 'unknown',
  });
  await db.close();
});

test('a worker is healthy while it beats and sweeps, and no longer', async () => {
  const startedAt = home.clock.now();
  const worker = { workerId: newId(), startedAt };
  await recordHeartbeat(home, { ...worker, lastSweepAt: null });
  expect(await unscopedWorkerHealth(home)).toMatchObject({ healthy: true, workers: 1, lastSweepAt: null });

  home.clock.advance(45_000);
  expect((await unscopedWorkerHealth(home)).healthy).toBe(true);
  home.clock.advance(1);
  expect(await unscopedWorkerHealth(home)).toMatchObject({ healthy: false, workers: 0, lastHeartbeatAt: startedAt });

  home.clock.set(new Date(startedAt.getTime() + 120_001));
  await recordHeartbeat(home, { ...worker, lastSweepAt: null });
  expect((await unscopedWorkerHealth(home)).healthy).toBe(false);
  const lastSweepAt = home.clock.now();
  await recordHeartbeat(home, { ...worker, lastSweepAt });
  expect(await unscopedWorkerHealth(home)).toMatchObject({ healthy: true, workers: 1, lastSweepAt });
  expect((await ready()).worker).toBe('ok');
});

test('a worker that is started again and again without ever looking for due keys is not taken for a healthy one', async () => {
  const swept = home.clock.now();
  await recordHeartbeat(home, { workerId: newId(), startedAt: swept, lastSweepAt: swept });
  home.clock.advance(120_001);
  const next = { workerId: newId(), startedAt: home.clock.now(), lastSweepAt: null };
  await recordHeartbeat(home, next);
  expect((await unscopedWorkerHealth(home)).healthy).toBe(true);
  home.clock.advance(30_000);
  expect((await unscopedWorkerHealth(home)).healthy).toBe(true);
  home.clock.advance(1);
  expect(await unscopedWorkerHealth(home)).toMatchObject({ healthy: false, workers: 1, lastSweepAt: swept });
});

test('workers that ended long ago are forgotten', async () => {
  home.clock.advance(24 * 3_600_000 + 1);
  await recordHeartbeat(home, { workerId: newId(), startedAt: home.clock.now(), lastSweepAt: null });
  expect(await home.db.unscoped.workerHeartbeat.count()).toBe(1);
});

test('metrics add up all tenants that are active, and name none of them', async () => {
  const [one, two, closed] = [await home.addTenant('one'), await home.addTenant('two'), await home.addTenant('closed')];
  const now = home.clock.now();
  const ago = (secs: number) => new Date(now.getTime() - secs * 1000).toISOString();
  await addTestUsage(home.db, one.id, [{ at: ago(90) }, { at: ago(7200), costUsd: null }]);
  await addTestUsage(home.db, two.id, [{ at: ago(61) }]);
  for (const [tenant, dueSecs, isActive, mode, deletedAt] of [
    [one, 30, true, 'completion', null],
    [two, 45, true, 'models', null],
    [two, 900, true, 'off', null],
    [two, 900, false, 'completion', null],
    [two, -60, true, 'completion', null],
    [two, 900, true, 'completion', now],
    [closed, 900, true, 'completion', null],
  ] as const) {
    const [secret, fingerprint] = deletedAt ? [null, null] : ['x', Buffer.from(newId())];
    await withTenant(
      home.db,
      tenant.id,
      (tx) => tx.$executeRaw`INSERT INTO provider_key (tenant_id, id, label, mask, sealed_secret, fingerprint, model,
          probe_daily_cap_usd, is_active, probe_mode, next_probe_at, last_ok_at, deleted_at)
        VALUES (current_tenant_id(), ${newId()}::uuid, ${newId()}, 'sk-…', ${secret}, ${fingerprint}, 'm', 1,
          ${isActive}, ${mode}, ${ago(dueSecs)}::timestamptz, ${ago(dueSecs + 300)}::timestamptz, ${deletedAt})`,
    );
  }
  await withOwnerConnection(home.url, (owner) =>
    owner.query(`UPDATE tenant SET status = 'suspended' WHERE slug = 'closed'`),
  );
  await withTenant(
    home.db,
    one.id,
    (tx) => tx.$executeRaw`INSERT INTO probe_hourly VALUES
      (current_tenant_id(), ${newId()}::uuid, '2026-11-20T10:00:00Z', 'ok', 3, 900),
      (current_tenant_id(), ${newId()}::uuid, '2026-11-20T11:00:00Z', 'ok', 2, 100),
      (current_tenant_id(), ${newId()}::uuid, '2026-11-20T11:00:00Z', 'timeout', 1, 10000)`,
  );
  expect(await unscopedMetrics(home, unscopedUsageCounter(home))).toMatchObject({
    usageRows: 3,
    activeKeys: 4,
    lastUsageAt: new Date(ago(61)),
    lastKeyOkAt: new Date(ago(240)),
    oldestDueKeyAgeSecs: 45,
    unpricedRequests: 1,
    probes: [
      { outcome: 'ok', runs: 5, latencySumMs: 1000 },
      { outcome: 'timeout', runs: 1, latencySumMs: 10_000 },
    ],
  });
});

test('usage is counted once for scrapers that come together, again after ten seconds, and never told older than a minute', async () => {
  home.clock.set('2026-11-20T12:00:00Z');
  const tenant = await home.addTenant('counted');
  let questions = 0;
  const $queryRaw = ((...question: Parameters<typeof home.db.unscoped.$queryRaw>) => {
    questions += 1;
    return home.db.unscoped.$queryRaw(...question);
  }) as typeof home.db.unscoped.$queryRaw;
  const count = unscopedUsageCounter({ ...home, db: { unscoped: { $queryRaw } } as typeof home.db });
  const rows = async () => (await count()).usageRows;
  const [first, again] = await Promise.all([rows(), rows()]);
  expect([again, questions]).toEqual([first, 1]);
  await addTestUsage(home.db, tenant.id, [{ at: '2026-11-20T11:00:00Z', costUsd: '1' }]);
  home.clock.set('2026-11-20T12:00:09.999Z');
  expect(await rows()).toBe(first);
  home.clock.set('2026-11-20T12:00:10Z');
  expect(await rows()).toBe(first);
  await eventually('the count made meanwhile is told', async () => (await rows()) === first + 1);
  await addTestUsage(home.db, tenant.id, [{ at: '2026-11-20T11:00:00Z', costUsd: '1' }]);
  home.clock.set('2026-11-20T12:01:10Z');
  expect(await rows()).toBe(first + 2);
});
