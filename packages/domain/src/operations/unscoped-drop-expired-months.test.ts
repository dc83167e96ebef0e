import { afterEach, beforeEach, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { sumBookByDay } from '../books/sum-book-by-day.js';
import type { Tenant } from '../tenants/tenant.js';
import { listUsage } from '../usage/list-usage.js';
import { sumUsage } from '../usage/sum-usage.js';
import { unscopedDropExpiredMonths } from './unscoped-drop-expired-months.js';

let home: TestInstallation;
let tenant: Tenant;
beforeEach(async () => {
  home = await createTestInstallation('2026-11-20T12:34:56.789Z');
  tenant = await home.addTenant('acme', { reportingTimeZone: 'Asia/Kolkata' });
});
afterEach(() => home.close());

const drop = (keepDays = 60) => unscopedDropExpiredMonths({ databaseUrl: home.url, clock: home.clock }, { keepDays });
const use = (...times: string[]) =>
  addTestUsage(
    home.db,
    tenant.id,
    times.map((at) => ({ at, costUsd: '1' })),
  );
const owner = (sql: string) => withOwnerConnection(home.url, (connection) => connection.query(sql));
const records = async () => (await listUsage(home, tenant.id, {}, { limit: 100 })).items.length;
const months = async () => {
  const { rows } = await owner(`SELECT relname FROM pg_class WHERE relname ~ '^usage_record_\\d' AND relkind = 'r'
    ORDER BY relname`);
  return (rows as { relname: string }[]).map(({ relname }) => relname.slice(-7));
};

test('months that ended long enough ago are dropped, and every sum stays what it was', async () => {
  await use('2026-08-15T10:00:00Z', '2026-08-31T23:59:59Z', '2026-09-01T00:00:00Z', '2026-11-20T10:00:00Z');
  const figures = () =>
    Promise.all([
      sumUsage(home, tenant.id, {}),
      sumBookByDay(home, tenant.id, {
        book: 'measured',
        fromDay: '2026-08-01',
        toDay: '2026-11-30',
        calendar: 'tenant',
        by: 'model',
      }),
    ]);
  const before = await figures();
  home.clock.set('2026-10-30T23:59:59.999Z');
  expect(await drop()).toEqual([]);
  home.clock.set('2026-10-31T00:00:00.000Z');
  expect(await drop()).toEqual(['probe_run_2026_08', 'reported_usage_2026_08', 'usage_record_2026_08']);
  expect(await records()).toBe(2);
  expect(await figures()).toEqual(before);
  expect(await drop()).toEqual([]);
});

test('a writer with an open transaction is waited for and makes nobody wait', async () => {
  await use('2026-08-15T10:00:00Z');
  let commit = () => {};
  const held = new Promise<void>((resolve) => (commit = resolve));
  let begun = () => {};
  const wrote = new Promise<void>((resolve) => (begun = resolve));
  const writer = withTenant(home.db, tenant.id, async (tx) => {
    await tx.$executeRaw`UPDATE usage_record SET cost_usd = 1 WHERE occurred_at >= '2026-11-20'`;
    begun();
    await held;
  });
  await wrote;
  const dropping = drop();
  const isWaiting = async () => {
    const { rows } = await owner(`SELECT FROM pg_locks WHERE NOT granted AND locktype = 'virtualxid'`);
    return rows.length > 0;
  };
  while (!(await isWaiting()));
  await use('2026-11-20T11:00:00Z');
  expect(await records()).toBe(1);
  commit();
  await writer;
  expect(await dropping).toContain('usage_record_2026_08');
});

test('what was interrupted is finished: a detachment half done, and a month that was only detached', async () => {
  await use('2026-07-15T10:00:00Z', '2026-08-15T10:00:00Z');
  await owner(`COMMENT ON TABLE usage_record_2026_07 IS 'keyledger: expired'`);
  await owner('ALTER TABLE usage_record DETACH PARTITION usage_record_2026_07 CONCURRENTLY');
  await withOwnerConnection(home.url, async (reader) => {
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT count(*) FROM usage_record');
    await withOwnerConnection(home.url, async (other) => {
      await other.query(`SET lock_timeout = '300ms'`);
      const half = other.query('ALTER TABLE usage_record DETACH PARTITION usage_record_2026_08 CONCURRENTLY');
      await expect(half).rejects.toMatchObject({ code: '55P03' });
    });
    await reader.query('COMMIT');
  });
  home.clock.set('2026-11-20T12:00:00Z');
  expect(await drop()).toEqual(expect.arrayContaining(['usage_record_2026_07', 'usage_record_2026_08']));
  expect(await months()).not.toContain('2026_07');
  expect(await months()).not.toContain('2026_08');
});

test('a month that someone detached to keep is left alone', async () => {
  await use('2026-07-15T10:00:00Z');
  await owner('ALTER TABLE usage_record DETACH PARTITION usage_record_2026_07');
  await drop();
  expect(await months()).toContain('2026_07');
});

test('of several workers at once, one drops and none fails', async () => {
  await use('2026-07-15T10:00:00Z', '2026-08-15T10:00:00Z');
  const dropped = (await Promise.all([drop(), drop(), drop()])).flat();
  expect(new Set(dropped).size).toBe(dropped.length);
  expect(dropped).toContain('usage_record_2026_07');
});
