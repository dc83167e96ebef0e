import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '#testing/test-database.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { withOwnerConnection } from './with-owner-connection.js';
import { withTenant } from './with-tenant.js';

let home: TestInstallation;
let tenantId: string;
/** Of the migrations: a fresh database has the months around it, and none that an installation adds around another. */
let migratedAt: Date;
beforeAll(async () => {
  migratedAt = await readMigratedAt();
  home = await createTestInstallation(migratedAt.toISOString());
  tenantId = (await home.addTenant('acme')).id;
});
afterAll(() => home.close());

async function readMigratedAt(): Promise<Date> {
  const { url, drop } = await createTestDatabase();
  const at = await withOwnerConnection(url, async (owner) => {
    const { rows } = await owner.query<{ at: Date }>('SELECT max(finished_at) AS at FROM _prisma_migrations');
    return rows[0]?.at;
  });
  await drop();
  return at ?? new Date(Number.NaN);
}

const ensureMonth = (day: string) =>
  withTenant(home.db, tenantId, (tx) => tx.$executeRaw`SELECT ensure_month_partitions(${day}::date)`);

const addRun = (startedAt: Date) =>
  withTenant(home.db, tenantId, (tx) =>
    tx.probeRun.create({
      data: {
        tenantId,
        id: crypto.randomUUID(),
        startedAt,
        providerKeyId: crypto.randomUUID(),
        trigger: 'schedule',
        mode: 'models',
        model: 'm',
        outcome: 'ok',
        latencyMs: 1,
      },
    }),
  );

const partitionsOfRuns = () =>
  withTenant(
    home.db,
    tenantId,
    (tx) => tx.$queryRaw<{ partition: string; startedAt: Date }[]>`
      SELECT tableoid::regclass::text AS partition, started_at AS "startedAt" FROM probe_run ORDER BY started_at`,
  );

const monthsFromThen = (months: number): Date =>
  new Date(Date.UTC(migratedAt.getUTCFullYear(), migratedAt.getUTCMonth() + months, 1));

test('a fresh database takes last month’s, this month’s and the next two months’ rows, and no others', async () => {
  for (const months of [-1, 0, 1, 2]) await addRun(monthsFromThen(months));
  await expect(addRun(new Date(monthsFromThen(-1).getTime() - 1))).rejects.toThrow(/no partition/);
  await expect(addRun(monthsFromThen(3))).rejects.toThrow(/no partition/);
});

test('a missing month is refused until it has been made, and its rows then land in it to the millisecond', async () => {
  const first = new Date('2021-03-01T00:00:00.000Z');
  const last = new Date('2021-03-31T23:59:59.999Z');
  await expect(addRun(first)).rejects.toThrow(/no partition/);
  await ensureMonth('2021-03-17');
  await addRun(first);
  await addRun(last);
  expect((await partitionsOfRuns()).slice(0, 2)).toEqual([
    { partition: 'probe_run_2021_03', startedAt: first },
    { partition: 'probe_run_2021_03', startedAt: last },
  ]);
  await expect(addRun(new Date(last.getTime() + 1))).rejects.toThrow(/no partition/);
});

test('months are UTC months, whatever time zone the caller’s session has', async () => {
  await withOwnerConnection(home.url, async (connection) => {
    await connection.query(`SET timezone = 'Pacific/Auckland'`);
    await connection.query(`SELECT ensure_month_partitions('2022-07-01')`);
  });
  await addRun(new Date('2022-07-01T00:00:00.000Z'));
  await addRun(new Date('2022-07-31T23:59:59.999Z'));
  await expect(addRun(new Date('2022-06-30T23:59:59.999Z'))).rejects.toThrow(/no partition/);
});

test('many callers may ask for the same month at once, and again', async () => {
  await Promise.all(Array.from({ length: 5 }, () => ensureMonth('2023-02-28')));
  await ensureMonth('2023-02-01');
  await expect(addRun(new Date('2023-02-14T12:00:00Z'))).resolves.toBeDefined();
});

test('a month is made beside those who are at the others, and two who make it in their transactions do not wait in a circle', async () => {
  await withOwnerConnection(home.url, (one) =>
    withOwnerConnection(home.url, async (other) => {
      // As imports do: what is there is read before the month of what is to be written is made.
      for (const connection of [one, other]) await connection.query('BEGIN; SELECT FROM reported_usage LIMIT 1');
      const made = one.query(`SELECT ensure_month_partitions('2021-09-01')`).then(() => one.query('COMMIT'));
      const found = other.query(`SELECT ensure_month_partitions('2021-09-01')`).then(() => other.query('COMMIT'));
      const endings = await Promise.allSettled([made, found]);
      expect(endings.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    }),
  );
  await expect(addRun(new Date('2021-09-14T12:00:00Z'))).resolves.toBeDefined();
});

test.each(['2019-12-31', '1970-01-01', '0001-01-01', '9999-12-31', `${new Date().getUTCFullYear() + 3}-01-01`])(
  'the absurd month of %s is refused',
  async (day) => {
    await expect(ensureMonth(day)).rejects.toThrow(/no partition for/);
  },
);

test('the earliest month that can be had is January 2020', async () => {
  await ensureMonth('2020-01-01');
  await expect(addRun(new Date('2020-01-01T00:00:00Z'))).resolves.toBeDefined();
});
