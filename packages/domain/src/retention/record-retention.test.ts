import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { forgetDaySums } from '../books/forget-day-sums.js';
import { sumBookByDay } from '../books/sum-book-by-day.js';
import { sumDays } from '../books/sum-days.js';
import type { Tenant } from '../tenants/tenant.js';
import { sumUsage } from '../usage/sum-usage.js';
import { countExpiredRecords } from './count-expired-records.js';
import { setRecordRetention } from './set-record-retention.js';
import { unscopedDeleteExpiredRecords } from './unscoped-delete-expired-records.js';

let home: TestInstallation;
let tenant: Tenant;
let other: Tenant;
beforeEach(async () => {
  home = await createTestInstallation('2026-11-20T12:34:56.789Z');
  // Its midnights lie within an hour of UTC, at 18:30.
  tenant = await home.addTenant('acme', { reportingTimeZone: 'Asia/Kolkata' });
  other = await home.addTenant('other');
});
afterEach(() => home.close());

const keep = (recordDays: number | null, installationDays = 0) =>
  setRecordRetention(home, tenant.id, { recordDays, installationDays });
const settings = { batchRows: 2, forMs: 60_000, installationDays: 0 };
const remove = (changes = {}) => unscopedDeleteExpiredRecords(home, { ...settings, ...changes });
const removeOnce = () => remove({ forMs: -1 });
const use = (at: readonly string[], { id } = tenant) =>
  addTestUsage(
    home.db,
    id,
    at.map((one) => ({ at: one, costUsd: '1', endUser: 'ann' })),
  );
const timesOf = ({ id: tenantId } = tenant) =>
  withTenant(home.db, tenantId, async (tx) =>
    (await tx.usageRecord.findMany({ where: { tenantId }, orderBy: { occurredAt: 'asc' } })).map(({ occurredAt }) =>
      occurredAt.toISOString(),
    ),
  );

async function addRun(startedAt: string, { id: tenantId } = tenant): Promise<void> {
  const run = { id: crypto.randomUUID(), providerKeyId: crypto.randomUUID(), trigger: 'manual', mode: 'models' };
  const data = { ...run, tenantId, startedAt: new Date(startedAt), model: 'm', outcome: 'ok', latencyMs: 1 };
  await withTenant(home.db, tenantId, async (tx) => {
    await tx.$executeRaw`SELECT ensure_month_partitions(${startedAt.slice(0, 10)}::date)`;
    await tx.probeRun.create({ data });
  });
}

/** Every figure of the tenant: of both books that have records, by day, model and end user. */
const figures = () =>
  Promise.all([
    sumUsage(home, tenant.id, {}),
    ...(['measured', 'reported'] as const).flatMap((book) =>
      (['none', 'model', ...(book === 'measured' ? (['end-user'] as const) : [])] as const).map((by) =>
        sumBookByDay(home, tenant.id, { book, fromDay: '2026-07-01', toDay: '2026-11-30', calendar: 'tenant', by }),
      ),
    ),
  ]);

test('records older than the tenant keeps them go by whole UTC days, those of another tenant stay, and so does every sum', async () => {
  const times = ['2026-08-31T18:40:00Z', '2026-10-10T18:29:00Z', '2026-10-10T23:59:59.999Z', '2026-10-11T00:00:00Z'];
  for (const whose of [tenant, other]) {
    await use([...times, '2026-11-20T10:00:00Z'], whose);
    const organizationId = await addTestOrganization(home.db, whose.id);
    await addTestReported(
      home.db,
      whose.id,
      organizationId,
      times.slice(1).map((at) => ({ at: `${at.slice(0, 13)}:00:00Z`, costUsd: '2' })),
    );
    for (const at of times) await addRun(at, whose);
  }
  // Whole, however slow the machine: what is not summed is read from hours, and those that midnight cuts need their records.
  for (const { id } of [tenant, other]) while ((await sumDays(home, id, { budgetMs: 60_000 })) > 0);
  const before = await figures();
  await keep(40);
  // The eleventh of October ended forty days ago with the twentieth of November; the tenth did a day before.
  home.clock.set('2026-11-20T00:59:59.999Z');
  expect(await remove()).toEqual({
    [tenant.id]: { usageRecords: 1, reportedRows: 0, probeRuns: 1, unknownResults: 0 },
  });
  home.clock.set('2026-11-20T01:00:00.000Z');
  expect(await countExpiredRecords(home, tenant.id, { recordDays: 40 })).toEqual({
    since: new Date('2026-10-11T00:00:00Z'),
    usageRecords: 2,
    reportedRows: 2,
    probeRuns: 2,
    unknownResults: 0,
  });
  expect(await remove()).toEqual({
    [tenant.id]: { usageRecords: 2, reportedRows: 2, probeRuns: 2, unknownResults: 0 },
  });
  expect(await timesOf()).toEqual(['2026-10-11T00:00:00.000Z', '2026-11-20T10:00:00.000Z']);
  expect(await timesOf(other)).toHaveLength(5);
  expect(await figures()).toEqual(before);
  expect(await remove()).toEqual({});
});

test('unknown results go with the installation’s days where a tenant has set none, and feeds count those that are left', async () => {
  const organizationId = await addTestOrganization(home.db, tenant.id);
  const times = ['2026-09-20T23:00:00Z', '2026-09-21T00:00:00Z', '2026-11-20T10:00:00Z'];
  await use(times);
  await withTenant(home.db, tenant.id, async (tx) => {
    const ours = { tenantId: tenant.id, organizationId, feed: 'images' };
    const at = home.clock.now();
    const read = { knownFrom: at, knownTo: at, hourlyFrom: at, readAt: at, unknownResults: 3n };
    await tx.importFeed.createMany({
      data: [
        { ...ours, ...read },
        { ...ours, ...read, feed: 'costs' },
      ],
    });
    const results = times.map((time) => ({ ...ours, id: crypto.randomUUID(), bucketAt: new Date(time), result: {} }));
    await tx.reportedUnknown.createMany({ data: results });
  });
  const counted = () =>
    withTenant(home.db, tenant.id, async (tx) =>
      (await tx.importFeed.findMany({ orderBy: { feed: 'asc' } })).map((feed) => Number(feed.unknownResults)),
    );
  expect(await remove()).toEqual({});
  const expected = { usageRecords: 0, reportedRows: 0, probeRuns: 0, unknownResults: 1 };
  expect(await remove({ installationDays: 60 })).toEqual({ [tenant.id]: expected });
  expect([await counted(), await timesOf()]).toEqual([[3, 2], expect.objectContaining({ length: 3 })]);
  expect(await remove({ installationDays: 60 })).toEqual({});
  await keep(40);
  expect(await remove({ installationDays: 60 })).toEqual({
    [tenant.id]: { ...expected, usageRecords: 2 },
  });
  expect(await counted()).toEqual([3, 1]);
});

test('stopped after any batch, it goes on where it was, and no figure misses a record of an hour that midnight cuts', async () => {
  const minutes = ['05', '15', '25', '35', '45'];
  await use(['2026-09-10T17:10:00Z', ...minutes.map((minute) => `2026-09-10T18:${minute}:00Z`)]);
  await use(['2026-09-11T02:00:00Z', '2026-09-11T03:00:00Z']);
  await keep(40);
  const total = async () => {
    const days = await sumBookByDay(home, tenant.id, {
      book: 'measured',
      fromDay: '2026-09-01',
      toDay: '2026-09-30',
      calendar: 'tenant',
      by: 'none',
    });
    return days.reduce((sum, { requests }) => sum + requests, 0);
  };
  const left: number[] = [];
  while (Object.keys(await removeOnce()).length > 0) {
    left.push((await timesOf()).length);
    expect(await total()).toBe(8);
  }
  // One before the hour that has more than a batch, that hour, and the two after it.
  expect(left).toEqual([7, 2, 0]);
});

/** What is deleted while somebody holds some of it, what is logged of that, and what is deleted afterwards. */
async function removeBeside(holding: Prisma.Sql) {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let begun = () => {};
  const holds = new Promise<void>((resolve) => (begun = resolve));
  const holder = withTenant(home.db, tenant.id, async (tx) => {
    await tx.$executeRaw(holding);
    begun();
    await held;
  });
  await holds;
  const said: string[] = [];
  const logger = createLogger({ name: 'test', level: 'info', destination: { write: (line) => void said.push(line) } });
  const beside = await unscopedDeleteExpiredRecords({ ...home, logger }, settings);
  release();
  await holder;
  return { beside, said: said.join(''), afterwards: await remove() };
}

// Not by a timeout of the transaction, twenty seconds later.
const givesWay = expect.stringContaining('a re-rating or an import is at old records, which are deleted later');
const threeHours = ['2026-09-10T10:00:00Z', '2026-09-10T11:00:00Z', '2026-09-10T12:00:00Z'];

test('what a re-rating holds is waited for by nobody: it is left, and deleted later', async () => {
  await use(threeHours);
  await keep(40);
  const none = { reportedRows: 0, probeRuns: 0, unknownResults: 0 };
  expect(
    await removeBeside(Prisma.sql`SELECT FROM usage_record WHERE occurred_at = '2026-09-10T12:00:00Z' FOR UPDATE`),
  ).toEqual({
    beside: { [tenant.id]: { ...none, usageRecords: 2 } },
    said: givesWay,
    afterwards: { [tenant.id]: { ...none, usageRecords: 1 } },
  });
});

test('nor is what an import holds', async () => {
  const organizationId = await addTestOrganization(home.db, tenant.id);
  const rows = threeHours.map((at) => ({ at, costUsd: '2' }));
  await addTestReported(home.db, tenant.id, organizationId, rows);
  await keep(40);
  const none = { usageRecords: 0, probeRuns: 0, unknownResults: 0 };
  expect(
    await removeBeside(Prisma.sql`SELECT FROM reported_usage WHERE bucket_at = '2026-09-10T12:00:00Z' FOR UPDATE`),
  ).toEqual({
    beside: { [tenant.id]: { ...none, reportedRows: 2 } },
    said: givesWay,
    afterwards: { [tenant.id]: { ...none, reportedRows: 1 } },
  });
});

test('a writer of usage and a deletion are not in one another’s way', async () => {
  await use(['2026-09-10T10:00:00Z']);
  await keep(40);
  await withTenant(home.db, tenant.id, async (tx) => {
    const [from, to] = [new Date('2026-11-20T10:00:00Z'), new Date('2026-11-20T11:00:00Z')];
    for (const book of ['measured', 'reported'] as const) await forgetDaySums(tx, { book, from, to });
    await tx.$executeRaw`
      UPDATE usage_hourly SET records = records WHERE tenant_id = ${tenant.id}::uuid`;
    // Would wait for this transaction, and give up, if it took any lock that writers take.
    expect(await remove()).toEqual({
      [tenant.id]: { usageRecords: 1, reportedRows: 0, probeRuns: 0, unknownResults: 0 },
    });
  });
});

test('while one worker deletes of a tenant, another leaves it alone', async () => {
  await use(['2026-09-10T10:00:00Z']);
  await keep(40);
  await withTenant(home.db, tenant.id, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`keyledger.retention ${tenant.id}`}, 0))`;
    expect(await remove()).toEqual({});
  });
  expect(await remove()).toHaveProperty(tenant.id);
});

const tooFew = 'must be at least 35, as events are accepted that far back';
const tooMany = 'must be at most 90: the whole installation drops what is older (USAGE_RETENTION_DAYS)';
test.each([
  [34, 0, tooFew],
  [35, 0, 35],
  [90, 90, 90],
  [91, 90, tooMany],
  [36_500, 0, 36_500],
  [36_501, 0, 'must be a whole number up to 36500'],
  [40.5, 0, 'must be a whole number up to 36500'],
])('%f days where the installation keeps %i (0: for ever) comes to: %s', async (days, installationDays, outcome) => {
  const setting = keep(days, installationDays).catch((error: unknown) => error);
  expect(await setting).toMatchObject(
    typeof outcome === 'number' ? { recordRetentionDays: outcome } : { fields: { recordDays: outcome } },
  );
});

test('a change is audited with the days before and after, and the same again is none', async () => {
  await keep(60);
  await keep(60);
  await keep(null);
  const events = await withTenant(home.db, tenant.id, (tx) =>
    tx.auditEvent.findMany({ where: { action: 'tenant.set-retention' }, orderBy: { seq: 'asc' } }),
  );
  expect(events.map(({ before, after }) => [before, after])).toEqual([
    ['{"recordRetentionDays":null}', '{"recordRetentionDays":60}'],
    ['{"recordRetentionDays":60}', '{"recordRetentionDays":null}'],
  ]);
});
