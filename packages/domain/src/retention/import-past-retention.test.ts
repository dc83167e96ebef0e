import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { trueFigures } from '#testing/imported-figures.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { setRecordRetention } from './set-record-retention.js';
import { unscopedDeleteExpiredRecords } from './unscoped-delete-expired-records.js';

/** Forty days before the open one. */
const from = new Date('2026-10-11T00:00:00Z');
/** Thirty-five days before it. */
const keptSince = '2026-10-16T00:00:00.000Z';
let home: ImportingInstallation;
let organizationId: string;
beforeAll(async () => {
  home = await createImportingInstallation({ historyDays: 40 });
  organizationId = (await home.connect('Main')).id;
});
afterAll(() => home.close());

const keep = (recordDays: number | null) =>
  setRecordRetention(home, home.tenant.id, { recordDays, installationDays: 0 });
const oldestRow = () =>
  withTenant(home.db, home.tenant.id, async (tx) => {
    const row = await tx.reportedUsage.findFirst({ orderBy: { bucketAt: 'asc' }, select: { bucketAt: true } });
    return row?.bucketAt.toISOString();
  });

/** What the sums hold, and how many rows the feeds say that they have read. */
const figures = () =>
  withTenant(home.db, home.tenant.id, async (tx) => ({
    sums: await tx.$queryRaw<{ kind: string; requests: number }[]>`
      SELECT kind, sum(requests)::float8 AS requests, sum(records)::float8 AS records, sum(cost_usd)::text AS usd
      FROM reported_hourly GROUP BY kind ORDER BY kind`,
    read: await tx.importFeed.findMany({ orderBy: { feed: 'asc' }, select: { feed: true, rowsRead: true } }),
  }));

/** As after a break of a month and more: what may have been revised since is read again; of some kinds, as others are like them. */
async function importFromTheBeginning(): Promise<void> {
  await withTenant(
    home.db,
    home.tenant.id,
    (tx) => tx.$executeRaw`UPDATE import_feed SET known_to = ${new Date('2026-10-16T00:00:00Z')}
      WHERE feed IN ('embeddings', 'images', 'costs')`,
  );
  await home.import(organizationId);
}

test('an import that goes back further than a tenant keeps its records has the sums of all and the rows of the rest', async () => {
  await keep(35);
  await home.importAll(organizationId);
  const { sums } = await figures();
  const { usage } = trueFigures(home.controls, { from, to: new Date('2026-11-21T00:00:00Z') });
  expect(sums.find(({ kind }) => kind === 'completions')?.requests).toBe(usage['completions']?.['requests']);
  expect(await oldestRow()).toBe(keptSince);
});

test('an import that reads days again whose rows were deleted brings none back and counts none twice', async () => {
  await keep(null);
  await importFromTheBeginning();
  expect(await oldestRow()).toBe(from.toISOString());
  const before = await figures();

  await keep(35);
  await unscopedDeleteExpiredRecords(home, { batchRows: 5_000, forMs: 60_000, installationDays: 0 });
  expect([await oldestRow(), await figures()]).toEqual([keptSince, before]);
  await importFromTheBeginning();
  expect([await oldestRow(), await figures()]).toEqual([keptSince, before]);
});

test('results of an unknown kind go with the rows of their days, no import brings them back, and feeds count the rest', async () => {
  const { id: tenantId } = await home.addTenant('unknown');
  const { id } = await home.connect('Unknown', { behaviour: 'unknown-results', tenantId });
  /** As after a long break, as soon as there are feeds; of one kind of usage and the bills, as others would show no more. */
  const again = { feed: { in: ['moderations', 'costs'] } };
  const importAgain = async () => {
    await withTenant(home.db, tenantId, (tx) => tx.importFeed.updateMany({ where: again, data: { knownTo: from } }));
    for (let hasMore = true; hasMore;) {
      const ending = await home.import(id, { tenantId });
      if (ending?.kind !== 'done') throw new Error(`the import ended as ${JSON.stringify(ending)}`);
      hasMore = ending.hasMorePast;
    }
  };
  const kept = () =>
    withTenant(home.db, tenantId, async (tx) => {
      const { _count: rows, _min: oldest } = await tx.reportedUnknown.aggregate({
        _count: true,
        _min: { bucketAt: true },
      });
      const { _sum: counted } = await tx.importFeed.aggregate({ _sum: { unknownResults: true } });
      return { rows, counted: Number(counted.unknownResults), oldest: oldest.bucketAt?.toISOString() };
    });
  await importAgain();
  await importAgain();
  const all = await kept();
  expect(all.counted).toBe(all.rows);
  await setRecordRetention(home, tenantId, { recordDays: 35, installationDays: 0 });
  const deleted = await unscopedDeleteExpiredRecords(home, { batchRows: 100, forMs: 60_000, installationDays: 0 });
  const rest = await kept();
  expect(all.rows).toBeGreaterThan(rest.rows);
  expect(deleted[tenantId]?.unknownResults).toBe(all.rows - rest.rows);
  expect([rest.counted, rest.oldest]).toEqual([rest.rows, keptSince]);
  await importAgain();
  expect(await kept()).toEqual(rest);
});

test('nor does an import write unknown results that the installation would delete, where a tenant has set no days', async () => {
  const whole = await createImportingInstallation({ historyDays: 40, installationDays: 35 });
  const { id } = await whole.connect('Unknown', { behaviour: 'unknown-results' });
  await whole.importAll(id);
  const stored = () =>
    withTenant(
      whole.db,
      whole.tenant.id,
      (tx) =>
        tx.$queryRaw`SELECT feed = 'costs' AS billed, min(bucket_at) AS oldest, count(*) FROM reported_unknown GROUP BY 1 ORDER BY 1`,
    );
  const imported = await stored();
  expect(imported).toMatchObject([
    { billed: false, oldest: new Date(keptSince) },
    { billed: true, oldest: new Date(keptSince) },
  ]);
  await unscopedDeleteExpiredRecords(whole, { batchRows: 5_000, forMs: 60_000, installationDays: 35 });
  expect(await stored()).toEqual(imported);
  await whole.close();
});
