import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { changePrices } from './change-prices.js';
import { listReRatings } from './list-re-ratings.js';
import { reRateUsage } from './re-rate-usage.js';
import { requestReRating } from './request-re-rating.js';

let home: ImportingInstallation;
beforeAll(async () => {
  home = await createImportingInstallation();
  const { id } = await home.connect('Main');
  await home.importAll(id);
});
afterAll(() => home.close());

const inTenant: <T>(work: Parameters<typeof withTenant<T>>[2]) => Promise<T> = (work) =>
  withTenant(home.db, home.tenant.id, work);

async function finish(id: string | null): Promise<void> {
  for (const passedMs of [0, 120_000]) {
    home.clock.advance(passedMs);
    await reRateUsage(home, home.tenant.id, { id: id ?? '', forMs: 60_000 });
  }
}

async function expectSumsToAgree(): Promise<void> {
  const [sums] = await inTenant(
    (tx) => tx.$queryRaw<{ rows: string; hours: string }[]>`
      SELECT (SELECT concat_ws(' ', sum(cost_usd), sum(requests) FILTER (WHERE cost_basis = 'unpriced'),
                sum(requests) FILTER (WHERE cost_basis = 'estimated')) FROM reported_usage) AS rows,
        (SELECT concat_ws(' ', sum(cost_usd), sum(unpriced_requests), sum(estimated_requests)) FROM reported_hourly) AS hours`,
  );
  expect(sums?.hours).toBe(sums?.rows);
}

test('a re-rating prices every kind of imported usage exactly as its import did', async () => {
  const imported = await inTenant((tx) => tx.$executeRaw`UPDATE reported_usage SET price_version = 'former'`);
  await finish(await requestReRating(home, home.tenant.id));
  const [done] = await listReRatings(home, home.tenant.id, { limit: 1 });
  expect(done).toMatchObject({ recordsChanged: 0, finishedAt: home.clock.now() });
  const left = await inTenant(
    (tx) => tx.$queryRaw<{ kind: string }[]>`
      SELECT DISTINCT kind FROM reported_usage WHERE price_version = 'former' ORDER BY 1`,
  );
  // Stored bytes are a level: there is nothing to price.
  expect(left.every(({ kind }) => kind === 'vector_stores')).toBe(true);
  expect(done?.recordsRated).toBeGreaterThan(imported / 2);
  await expectSumsToAgree();
});

const costsOf = (model: string) =>
  inTenant(
    (tx) => tx.$queryRaw<{ id: string; usd: string; version: string }[]>`
      SELECT id::text, cost_usd::text AS usd, price_version AS version FROM reported_usage WHERE model = ${model} ORDER BY id`,
  );

test('what a region adds comes with a re-rating, once it is known that a project is in one', async () => {
  const { version } = home.priceBooks.base;
  const regional = await costsOf('gpt-6-luna');
  expect(regional.length).toBeGreaterThan(50);
  // As an upgrade finds it: imported by an earlier program, which neither asked for residencies nor knew of uplifts.
  await inTenant(async (tx) => {
    await tx.$executeRaw`UPDATE openai_project SET residency = NULL`;
    await tx.$executeRaw`UPDATE reported_usage SET price_version = 'former'`;
  });
  await finish(await requestReRating(home, home.tenant.id));
  const global = await costsOf('gpt-6-luna');
  expect(global.map(({ usd }) => parseUsd(usd) * 11n)).toEqual(regional.map(({ usd }) => parseUsd(usd) * 10n));
  // The same prices again, after an import that has asked.
  await inTenant(
    (tx) => tx.$executeRaw`
      UPDATE openai_project SET residency = 'EU_STORAGE_PROCESSING'
      WHERE id = (SELECT max(project_id) FROM reported_usage WHERE model = 'gpt-6-luna')`,
  );
  const id = await requestReRating(home, home.tenant.id);
  await finish(id);
  expect(await costsOf('gpt-6-luna')).toEqual(regional.map(({ id: row, usd }) => ({ id: row, usd, version })));
  const [done] = await listReRatings(home, home.tenant.id, { limit: 1 });
  expect(done).toMatchObject({ id, recordsRated: regional.length, recordsChanged: regional.length });
  await expectSumsToAgree();
});

test('a discount on everything, tools too, takes its part off every imported cost', async () => {
  const total = async () => {
    const [row] = await inTenant(
      (tx) => tx.$queryRaw<{ usd: number }[]>`
      SELECT sum(cost_usd)::float8 AS usd FROM reported_usage`,
    );
    return row?.usd ?? 0;
  };
  const before = await total();
  const add = [{ model: '*', percentOff: '50' }];
  const { reRatingId, effect } = await changePrices(home, home.tenant.id, {
    change: { add, remove: [], restore: [] },
    mode: 'store',
  });
  await finish(reRatingId);
  expect((await total()) / before).toBeCloseTo(0.5, 6);
  const said = effect.models.reduce((sum, { costAfter }) => sum + costAfter, 0n);
  expect(Number(said) / 1e12 / (await total())).toBeCloseTo(1, 6);
  await expectSumsToAgree();
});
