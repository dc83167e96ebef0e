import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { formatUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { resetUsage } from '../usage/reset-usage.js';
import type { Tenant } from '../tenants/tenant.js';
import { type BookDeps, withBookSnapshot } from './book-snapshot.js';
import { forgetDaySumsAt } from './forget-day-sums.js';
import { sumBook } from './sum-book.js';
import { sumDays } from './sum-days.js';
import { unscopedSumDays } from './unscoped-sum-days.js';

let home: TestInstallation;
let tenant: Tenant;
let tenants = 0;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:34:56.789Z');
});
beforeEach(async () => {
  home.clock.set('2026-11-20T12:34:56.789Z');
  tenant = await home.addTenant(`tenant-${(tenants += 1)}`);
});
afterAll(() => home.close());

const job = () => sumDays(home, tenant.id, { budgetMs: 10_000 });
const use = (at: string, costUsd: string) => addTestUsage(home.db, tenant.id, [{ at, costUsd }]);
const cost = async (fromDay = '2026-11-01', toDay = '2026-11-30', deps: BookDeps = home) => {
  const [sums] = await sumBook(deps, tenant.id, { book: 'measured', fromDay, toDay, calendar: 'tenant', by: 'none' });
  return sums ? formatUsd(sums.cost) : '0';
};
const summedDays = async () => {
  const rows = await withTenant(home.db, tenant.id, (tx) => tx.summedDay.findMany({ orderBy: [{ day: 'asc' }] }));
  return rows.map(({ day, summedTo }) => `${day.toISOString().slice(0, 10)} to ${summedTo.toISOString().slice(5, 16)}`);
};
/** Spoils what is remembered, so that an answer shows where it comes from. */
const spoil = () =>
  withTenant(home.db, tenant.id, (tx) => tx.$executeRaw`UPDATE day_sum SET cost_usd = cost_usd + 1000`);

test('days are summed up to the last full hour, empty ones too, and again only once an hour is over', async () => {
  await use('2026-11-18T10:00:00Z', '1');
  await use('2026-11-20T11:30:00Z', '2');
  expect(await job()).toBe(3);
  expect(await summedDays()).toEqual([
    '2026-11-18 to 11-19T00:00',
    '2026-11-19 to 11-20T00:00',
    '2026-11-20 to 11-20T12:00',
  ]);
  expect(await job()).toBe(0);
  home.clock.set('2026-11-20T13:09:59.999Z');
  expect(await job()).toBe(0);
  home.clock.set('2026-11-20T13:10:00.000Z');
  expect(await job()).toBe(1);
  expect((await summedDays()).at(-1)).toBe('2026-11-20 to 11-20T13:00');
});

test('of what is imported the hour under way is summed at once, and again when an import puts another in its place', async () => {
  const organizationId = await addTestOrganization(home.db, tenant.id);
  const report = (at: string, costUsd: string) =>
    addTestReported(home.db, tenant.id, organizationId, [{ at, costUsd }]);
  const reported = async () => {
    const range = { fromDay: '2026-11-20', toDay: '2026-11-20', calendar: 'tenant', by: 'none' } as const;
    const [sums] = await sumBook(home, tenant.id, { book: 'reported', ...range });
    return sums ? formatUsd(sums.cost) : '0';
  };
  await report('2026-11-20T12:00:00Z', '1');
  expect(await job()).toBe(1);
  expect(await summedDays()).toEqual(['2026-11-20 to 11-20T13:00']);
  await spoil();
  expect(await reported()).toBe('1001');
  await report('2026-11-20T12:00:00Z', '2');
  expect(await reported()).toBe('3');
  expect(await job()).toBe(1);
  await spoil();
  expect(await reported()).toBe('1003');
  // Beyond what is summed, which stays true.
  await report('2026-11-20T13:00:00Z', '4');
  expect(await reported()).toBe('1007');
});

test('what is summed is read from the sums, and what came since from its hours', async () => {
  await use('2026-11-18T10:00:00Z', '1');
  await use('2026-11-20T11:30:00Z', '2');
  await job();
  await spoil();
  await use('2026-11-20T12:10:00Z', '4');
  expect([await cost('2026-11-18', '2026-11-18'), await cost('2026-11-20', '2026-11-20')]).toEqual(['1001', '1006']);
});

test('one snapshot reads each range that it is asked about from the sums, near those before it or far from them', async () => {
  await use('2026-03-05T10:00:00Z', '1');
  await use('2026-11-18T10:00:00Z', '2');
  await job();
  await withTenant(home.db, tenant.id, (tx) => tx.$executeRaw`DELETE FROM summed_period`);
  await spoil();
  const ranges = [
    ['2026-11-18', '2026-11-18'],
    ['2026-11-01', '2026-11-20'],
    ['2026-03-05', '2026-03-05'],
    ['2026-03-05', '2026-11-18'],
  ] as const;
  const costs = await withBookSnapshot(home, tenant.id, async (inSnapshot) => {
    const found: string[] = [];
    for (const [fromDay, toDay] of ranges) found.push(await cost(fromDay, toDay, inSnapshot));
    return found;
  });
  expect(costs).toEqual(['1002', '1002', '1001', '2003']);
});

test('a late event takes its own day from the sums, in every zone, until it is summed anew', async () => {
  tenant = await home.addTenant(`tenant-${(tenants += 1)}`, { reportingTimeZone: 'Pacific/Kiritimati' });
  await use('2026-11-16T10:00:00Z', '1');
  await job();
  await spoil();
  // The 18th in Kiritimati, the 17th in UTC.
  await use('2026-11-17T10:30:00Z', '2');
  const missing = await withTenant(home.db, tenant.id, async (tx) => {
    const rows = await tx.summedDay.findMany({ where: { book: 'measured' } });
    const known = new Set(rows.map(({ zone, day }) => `${zone} ${day.toISOString().slice(8, 10)}`));
    return ['UTC', 'Pacific/Kiritimati'].flatMap((zone) =>
      ['17', '18', '19'].map((day) => `${zone} ${day}`).filter((name) => !known.has(name)),
    );
  });
  expect(missing).toEqual(['UTC 17', 'Pacific/Kiritimati 18']);
  expect(await cost('2026-11-18', '2026-11-18')).toBe('2');
  expect(await job()).toBe(2 + 12); // and the six periods of each
  expect(await cost('2026-11-18', '2026-11-18')).toBe('2');
});

test.each([
  ['Atlantic/Azores', '2026-10-25T00:30:00Z'],
  ['America/Havana', '2026-11-01T04:30:00Z'],
])('in %s a late event of the hour that comes twice at midnight is counted', async (zone, at) => {
  tenant = await home.addTenant(`tenant-${(tenants += 1)}`, { reportingTimeZone: zone });
  await use('2026-10-20T10:00:00Z', '1');
  await job();
  await use(at, '2');
  expect(await cost('2026-10-20')).toBe('3');
  await job();
  expect(await cost('2026-10-20')).toBe('3');
});

test('another time zone has no sums yet, and figures are right all the while', async () => {
  await use('2026-11-18T20:00:00Z', '1');
  await job();
  await withTenant(home.db, tenant.id, (tx) => tx.tenant.updateMany({ data: { reportingTimeZone: 'Asia/Tokyo' } }));
  expect([await cost('2026-11-18', '2026-11-18'), await cost('2026-11-19', '2026-11-19')]).toEqual(['0', '1']);
  await job();
  expect([await cost('2026-11-18', '2026-11-18'), await cost('2026-11-19', '2026-11-19')]).toEqual(['0', '1']);
});

test('a reset forgets the sums of what was measured and no others', async () => {
  const organizationId = await addTestOrganization(home.db, tenant.id);
  await addTestReported(home.db, tenant.id, organizationId, [{ at: '2026-11-18T10:00:00Z', costUsd: '7' }]);
  await addTestBilled(home.db, tenant.id, organizationId, [{ day: '2026-11-18', usd: '9' }]);
  await use('2026-11-18T10:00:00Z', '1');
  await job();
  await resetUsage(home, tenant.id);
  const figures = await Promise.all(
    (['measured', 'reported', 'billed'] as const).map((book) =>
      sumBook(home, tenant.id, { book, fromDay: '2026-11-01', toDay: '2026-11-30', calendar: 'utc', by: 'none' }),
    ),
  );
  expect(figures.map((sums) => sums.map((one) => formatUsd(one.cost)))).toEqual([[], ['7'], ['9']]);
});

/** A transaction that stays open until it is told to end. */
function openTransaction(work: Parameters<typeof withTenant>[2]) {
  let commit = () => {};
  const held = new Promise<void>((resolve) => (commit = resolve));
  let begun = () => {};
  const worked = new Promise<void>((resolve) => (begun = resolve));
  const ended = withTenant(home.db, tenant.id, async (tx) => {
    await work(tx);
    begun();
    await held;
  });
  return { worked, commit: () => (commit(), ended) };
}

const addHour = (costUsd: string) => (tx: Parameters<Parameters<typeof withTenant>[2]>[0]) =>
  tx.$executeRaw`
    INSERT INTO usage_hourly VALUES (current_tenant_id(), '2026-11-18T11:00:00Z', ${newId()}::uuid, 'event', 'm', 'default',
      1, 1, 0, 0, 0, ${costUsd}::numeric, 0, 0)`;

const someoneWaits = async () => {
  const [row] = await home.db.app.$queryRaw<{ waits: boolean }[]>`
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS waits`;
  return row?.waits ?? false;
};
const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition()));
};

test('a day is not summed past a writer that is under way', async () => {
  await use('2026-11-18T10:00:00Z', '1');
  const writer = openTransaction(async (tx) => {
    await forgetDaySumsAt(tx, 'measured', [new Date('2026-11-18T11:00:00Z')]);
    await addHour('2')(tx);
  });
  await writer.worked;
  const summing = job();
  await until(someoneWaits);
  await writer.commit();
  expect(await summing).toBe(3);
  expect(await cost()).toBe('3');
});

test('a writer that had to wait for the sums of its day undoes them', async () => {
  await use('2026-11-18T10:00:00Z', '1');
  const summing = openTransaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(day_sums_lock('measured'))`;
    await tx.$executeRaw`INSERT INTO day_sum VALUES (current_tenant_id(), ${newId()}::uuid, 1, 1, 0, 0, 0, 0, 0,
      '2026-11-18', 1, '', '', '', '', '', '', 'total', 'measured', 'UTC')`;
    await tx.$executeRaw`INSERT INTO summed_day VALUES (current_tenant_id(), 'UTC', 'measured', '2026-11-18', '2026-11-19Z')`;
  });
  await summing.worked;
  const writing = use('2026-11-18T11:00:00Z', '2');
  await until(someoneWaits);
  await summing.commit();
  await writing;
  expect(await cost()).toBe('3');
});

test('a writer that stays long is not waited for: its day is read from its hours', async () => {
  await use('2026-11-18T10:00:00Z', '1');
  const writer = openTransaction(async (tx) => {
    await forgetDaySumsAt(tx, 'measured', [new Date('2026-11-18T11:00:00Z')]);
    await addHour('2')(tx);
  });
  await writer.worked;
  expect(await job()).toBe(0);
  await writer.commit();
  expect(await cost()).toBe('3');
});

test('writing, summing and reading all at once never shows a sum that is not the truth at its time', async () => {
  const progress = { written: 0, isDone: false };
  const writing = (async () => {
    for (let turn = 0; turn < 60; turn += 1) {
      await use(`2026-11-${10 + (turn % 11)}T0${turn % 10}:30:00Z`, '1');
      progress.written += 1;
    }
    progress.isDone = true;
  })();
  const summing = (async () => {
    while (!progress.isDone) await job();
  })();
  while (!progress.isDone) {
    const before = progress.written;
    const seen = Number(await cost());
    expect(seen).toBeGreaterThanOrEqual(before);
    expect(seen).toBeLessThanOrEqual(progress.written + 1);
  }
  await Promise.all([writing, summing]);
  expect(await cost()).toBe('60');
  await job();
  expect(await cost()).toBe('60');
});

test('days of which each hour costs as much as can be kept are summed', async () => {
  const most = '999999999999.999999999999';
  for (const hour of ['10', '11']) await use(`2026-11-18T${hour}:00:00Z`, most);
  await job();
  expect(await summedDays()).toContain('2026-11-18 to 11-19T00:00');
  expect(await cost()).toBe('1999999999999.999999999998');
});

test('a tenant whose sums are too large to be kept holds up no other', async () => {
  const tooMany = 2n ** 63n - 1n;
  const others: Tenant[] = [];
  // In an order by chance the one that fails is hardly ever the last of so many.
  for (let count = 0; count < 6; count += 1) {
    others.push(tenant);
    await use('2026-11-18T10:00:00Z', '1');
    tenant = await home.addTenant(`tenant-${(tenants += 1)}`);
  }
  await use('2026-11-18T10:00:00Z', '1');
  await use('2026-11-18T11:00:00Z', '1');
  await withTenant(home.db, tenant.id, (tx) => tx.usageHourly.updateMany({ data: { requests: tooMany } }));
  await expect(job()).rejects.toThrow('out of range');
  await unscopedSumDays(home, { budgetMs: 20_000 });
  for (tenant of others) expect(await summedDays()).toContain('2026-11-18 to 11-19T00:00');
});
