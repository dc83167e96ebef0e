import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { readTestUsage } from '#testing/read-test-usage.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import type { Tenant } from '../tenants/tenant.js';
import type { UsageEvent } from '../usage-events/usage-event.js';
import { recordUsageEvents } from '../usage-events/record-usage-events.js';
import { sumDays } from '../books/sum-days.js';
import { changePrices } from './change-prices.js';
import { listReRatings } from './list-re-ratings.js';
import type { NewOverride } from './price-change.js';
import { reRateUsage } from './re-rate-usage.js';
import { requestReRating } from './request-re-rating.js';
import { createTenantPriceBooks, type TenantPriceBooks } from './tenant-price-books.js';
import { unscopedReRateUsage } from './unscoped-re-rate-usage.js';

const base = buildPriceBook(openAiPriceSheet);
const hourMs = 3_600_000;
const settledMs = 120_000;
let home: TestInstallation;
let tenant: Tenant;
let tenants = 0;
let priceBooks: TenantPriceBooks;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:34:56.789Z');
});
beforeEach(async () => {
  home.clock.set('2026-11-20T12:34:56.789Z');
  tenant = await home.addTenant(`tenant-${(tenants += 1)}`);
  priceBooks = createTenantPriceBooks({ ...home, base });
});
afterAll(() => home.close());

const deps = () => ({ ...home, priceBooks });
const change = (add: NewOverride[], remove: string[] = []) =>
  changePrices(deps(), tenant.id, { change: { add, remove, restore: [] }, mode: 'store' });
const percent = (model: string, percentOff = '10'): NewOverride => ({ model, percentOff });
const reRate = (id: string | null, forMs = 60_000) => reRateUsage(deps(), tenant.id, { id: id ?? '', forMs });

/** To the end, which waits until nobody can still be writing by the former prices. */
async function finish(id: string | null): Promise<void> {
  await reRate(id);
  home.clock.advance(settledMs);
  expect(await reRate(id)).toBe(true);
}

async function record(count: number, event: Partial<UsageEvent> = {}): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => ({
    idempotencyKey: newId(),
    model: ['gpt-4o-mini-2024-07-18', 'gpt-4o', 'mine'][index % 3] ?? '',
    usage: readTestUsage({ prompt_tokens: 1000 + index, completion_tokens: 7, total_tokens: 1007 + index }),
    occurredAt: new Date(home.clock.now().getTime() - (index % 50) * hourMs),
    endUser: `user-${index % 4}`,
    ...event,
  }));
  await recordUsageEvents(deps(), tenant.id, events);
}

async function report(model: string): Promise<void> {
  const providerKeyId = newId();
  await withTenant(home.db, tenant.id, (tx) =>
    tx.providerKey.create({
      data: {
        tenantId: tenant.id,
        id: providerKeyId,
        label: providerKeyId,
        mask: 'sk-…abcd',
        kind: 'admin',
        sealedSecret: Buffer.from(providerKeyId),
        fingerprint: Buffer.from(providerKeyId),
        model: 'gpt-4o-mini',
        probeDailyCapUsd: '1',
      },
    }),
  );
  const organizationId = await addTestOrganization(home.db, tenant.id, { providerKeyId });
  await addTestReported(home.db, tenant.id, organizationId, [
    { at: '2026-11-19T10:00:00Z', model, inputTokens: 100, outputTokens: 0, costUsd: '0.000015' },
    { at: '2026-11-19T10:00:00Z', model, tier: 'batch', requests: 4, inputTokens: 100, outputTokens: 0, costUsd: null },
    { at: '2026-11-19T11:00:00Z', model, inputTokens: 100, outputTokens: 0, costUsd: '0.000015' },
  ]);
}

/** Costs by book: of the records, and of the sums that must agree with them. */
async function sums() {
  const ofRecords = `concat_ws(' ', coalesce(sum(cost_usd), 0), coalesce(sum(requests) FILTER (WHERE cost_basis = 'unpriced'), 0),
    coalesce(sum(requests) FILTER (WHERE cost_basis = 'estimated'), 0))`;
  const ofSums = `concat_ws(' ', coalesce(sum(cost_usd), 0), coalesce(sum(unpriced_requests), 0),
    coalesce(sum(estimated_requests), 0))`;
  const [row] = await withTenant(home.db, tenant.id, (tx) =>
    tx.$queryRawUnsafe<Record<'measured' | 'hours' | 'endUsers' | 'reported' | 'reportedHours', string>[]>(`
      SELECT (SELECT ${ofRecords} FROM usage_record) AS measured, (SELECT ${ofSums} FROM usage_hourly) AS hours,
        (SELECT ${ofSums} FROM end_user_hourly) AS "endUsers", (SELECT ${ofRecords} FROM reported_usage) AS reported,
        (SELECT ${ofSums} FROM reported_hourly) AS "reportedHours"`),
  );
  expect([row?.hours, row?.endUsers]).toEqual([row?.measured, row?.measured]);
  expect(row?.reportedHours).toBe(row?.reported);
  return row;
}

const costs = () =>
  withTenant(
    home.db,
    tenant.id,
    (tx) => tx.$queryRaw<{ id: string; cost: string | null; basis: string; version: string }[]>`
      SELECT id::text, cost_usd::text AS cost, cost_basis AS basis, price_version AS version FROM usage_record ORDER BY id`,
  );

const revisions = (reRatingId: string | null) =>
  withTenant(
    home.db,
    tenant.id,
    (tx) => tx.$queryRaw<{ id: string; cost: string | null; basis: string; version: string }[]>`
      SELECT record_id::text AS id, cost_usd::text AS cost, cost_basis AS basis, price_version AS version
      FROM cost_revision WHERE re_rating_id = ${reRatingId ?? ''}::uuid AND book = 'measured' ORDER BY 1`,
  );

test('past usage in both books gets the new costs, sums follow, and each old cost is kept', async () => {
  await record(90);
  await report('gpt-4o-mini-2024-07-18');
  const before = await costs();
  const { reRatingId, versionAfter, effect } = await change([percent('gpt-4o-mini'), percent('gpt-4o', '-10')]);
  await sums();
  await finish(reRatingId);
  await sums();
  const after = await costs();
  const rated = after.filter(({ basis }) => basis !== 'unpriced');
  expect(rated).toHaveLength(60);
  expect(rated.every(({ version }) => version === versionAfter)).toBe(true);
  expect(await revisions(reRatingId)).toEqual(before.filter(({ basis }) => basis !== 'unpriced'));
  const [done] = await listReRatings(home, tenant.id, { limit: 1 });
  const total = (field: 'costBefore' | 'costAfter') => effect.models.reduce((sum, model) => sum + model[field], 0n);
  expect(done).toMatchObject({ id: reRatingId, recordsRated: 63, recordsChanged: 63, toVersion: versionAfter });
  expect([done?.costBefore, done?.costAfter]).toEqual([total('costBefore'), total('costAfter')]);
  expect(done?.finishedAt).toEqual(home.clock.now());
});

test('usage that had no price gets one', async () => {
  await record(30);
  const { reRatingId } = await change([
    { model: 'mine', kind: 'input', usdPerUnit: '0.000001' },
    { model: 'mine', kind: 'output', usdPerUnit: '0.000002' },
  ]);
  await finish(reRatingId);
  expect((await sums())?.measured).toMatch(/ 0 0$/);
  expect((await revisions(reRatingId)).map(({ cost, basis }) => [cost, basis])).toEqual(
    Array.from({ length: 10 }, () => [null, 'unpriced']),
  );
  const [done] = await listReRatings(home, tenant.id, { limit: 1 });
  expect(done).toMatchObject({
    recordsChanged: 10,
    costBefore: null,
    recordsUnpricedBefore: 10,
    recordsUnpricedAfter: 0,
  });
  expect(done?.costAfter).toBeGreaterThan(0n);
});

test('only the models and the days that changed are rated', async () => {
  await record(60);
  const day = new Date(home.clock.now().getTime() - 24 * hourMs).toISOString().slice(0, 10);
  const { reRatingId } = await change([
    { ...percent('gpt-4o'), from: day, to: home.clock.now().toISOString().slice(0, 10) },
  ]);
  await finish(reRatingId);
  const changed = await withTenant(
    home.db,
    tenant.id,
    (tx) => tx.$queryRaw<{ model: string; day: string }[]>`
      SELECT DISTINCT model, to_char(occurred_at, 'YYYY-MM-DD') AS day FROM usage_record WHERE price_version <> ${base.version}`,
  );
  expect(changed).toEqual([{ model: 'gpt-4o', day }]);
  await sums();
});

test('taking a price out again gives back the costs that were, and keeps both histories', async () => {
  await record(30);
  const before = await costs();
  const first = await change([percent('gpt-4o-mini')]);
  await finish(first.reRatingId);
  const between = await costs();
  const second = await change(
    [],
    first.added.map(({ id }) => id),
  );
  await finish(second.reRatingId);
  expect(await costs()).toEqual(before);
  expect(await revisions(second.reRatingId)).toEqual(between.filter(({ version }) => version === first.versionAfter));
});

test('what was written by the former prices meanwhile is rated too, before the end', async () => {
  await record(3);
  const slow = { ...home, priceBooks: { ...priceBooks, of: () => Promise.resolve(base) } };
  const { reRatingId, versionAfter } = await change([percent('gpt-4o')]);
  expect(await reRate(reRatingId)).toBe(false);
  const usage = readTestUsage({ prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 });
  await recordUsageEvents(slow, tenant.id, [{ idempotencyKey: newId(), model: 'gpt-4o', usage, endUser: 'late' }]);
  home.clock.advance(settledMs - 1);
  expect(await reRate(reRatingId)).toBe(false);
  home.clock.advance(1);
  expect(await reRate(reRatingId)).toBe(true);
  const versions = (await costs()).map(({ version }) => version);
  expect(versions.filter((version) => version === versionAfter)).toHaveLength(2);
  await sums();
});

test('many batches, several workers at once and writers beside them leave sums that agree', async () => {
  for (let turn = 0; turn < 9; turn += 1) await record(1_000);
  const { reRatingId } = await change([percent('gpt-4o'), percent('gpt-4o-mini')]);
  const workers = Array.from({ length: 4 }, () => reRate(reRatingId));
  const writers = Array.from({ length: 20 }, () => record(50));
  await Promise.all([...workers, ...writers]);
  await sums();
  await finish(reRatingId);
  await sums();
  expect((await revisions(reRatingId)).length).toBe(6_003);
});

test('a batch that is cut off before its commit leaves no trace, and the next run makes it good', async () => {
  await record(30);
  const before = await costs();
  const { reRatingId } = await change([percent('gpt-4o')]);
  const broken = Object.create(home.db.app, {
    $transaction: {
      value: (work: (tx: object) => Promise<unknown>) =>
        home.db.app.$transaction(async (tx) => {
          await work(tx);
          throw new Error('killed before the commit');
        }),
    },
  }) as typeof home.db.app;
  const killed = reRateUsage({ ...deps(), db: { ...home.db, app: broken } }, tenant.id, {
    id: reRatingId ?? '',
    forMs: 60_000,
  });
  await expect(killed).rejects.toThrow('killed');
  expect(await costs()).toEqual(before);
  expect(await revisions(reRatingId)).toEqual([]);
  await finish(reRatingId);
  expect(await revisions(reRatingId)).toHaveLength(10);
  expect(await reRate(reRatingId)).toBe(false); // nothing is left to do
  await sums();
});

test('a further change takes over what the one before it left undone', async () => {
  await record(30);
  const first = await change([percent('gpt-4o')]);
  const second = await change([percent('gpt-4o-mini')]);
  expect(await reRate(first.reRatingId)).toBe(false);
  await finish(second.reRatingId);
  const rated = (await costs()).filter(({ version }) => version === second.versionAfter);
  expect(rated).toHaveLength(20);
  const [later, earlier] = await listReRatings(home, tenant.id, { limit: 9 });
  expect(new Set(later?.models)).toEqual(new Set(['gpt-4o', 'gpt-4o-mini']));
  expect(earlier?.finishedAt).not.toBeNull();
});

test('an upgrade of the program with other prices changes no past cost until somebody asks', async () => {
  await record(30);
  const before = await costs();
  const [mini] = openAiPriceSheet.models.filter(({ model }) => model === 'gpt-4o');
  const dearer = (mini?.prices ?? []).map((line) => ({ ...line, ...(line.input && { input: '7' }) }));
  const models = openAiPriceSheet.models.map((one) => (one === mini ? { ...one, prices: dearer } : one));
  priceBooks = createTenantPriceBooks({ ...home, base: buildPriceBook({ ...openAiPriceSheet, models }) });
  await priceBooks.of(tenant.id);
  await unscopedReRateUsage(deps(), { forMs: 1_000 });
  expect(await costs()).toEqual(before);
  const id = await requestReRating(deps(), tenant.id);
  await finish(id);
  expect(new Set((await costs()).map(({ version }) => version))).toEqual(
    new Set([(await priceBooks.of(tenant.id)).version]),
  );
  expect(await revisions(id)).toHaveLength(10);
  await sums();
});

test('one run goes on with the open re-ratings of every tenant', async () => {
  await record(3);
  const first = await change([percent('gpt-4o')]);
  home.clock.advance(settledMs);
  await unscopedReRateUsage(deps(), { forMs: 60_000 });
  const [done] = await listReRatings(home, tenant.id, { limit: 1 });
  expect(done).toMatchObject({ id: first.reRatingId, recordsChanged: 1, finishedAt: home.clock.now() });
});

test('a re-rating that fails, as a cost would be too large to be kept, holds up no other tenant’s', async () => {
  await record(3, { usage: readTestUsage({ prompt_tokens: 9000, completion_tokens: 0, total_tokens: 9000 }) });
  const failing = await change([{ model: 'mine', kind: 'input', usdPerUnit: '0.01' }]);
  expect(failing.reRatingId).not.toBeNull();
  const failingTenant = tenant;
  // No such price is accepted; this one got in some other way.
  await withTenant(home.db, tenant.id, (tx) => tx.priceOverride.updateMany({ data: { usdPerUnit: '999999999' } }));
  tenant = await home.addTenant(`tenant-${(tenants += 1)}`);
  await record(3);
  const other = await change([percent('gpt-4o')]);
  home.clock.advance(settledMs);
  await unscopedReRateUsage(deps(), { forMs: 60_000 });
  expect(await listReRatings(home, tenant.id, { limit: 1 })).toMatchObject([
    { id: other.reRatingId, recordsChanged: 1, finishedAt: home.clock.now() },
  ]);
  expect(await listReRatings(home, failingTenant.id, { limit: 1 })).toMatchObject([{ finishedAt: null }]);
});

test('a price that was accepted before there was a bound can be lowered, whatever its usage had cost', async () => {
  const before = await change([{ model: 'mine', kind: 'input', usdPerUnit: '0.01' }]);
  await finish(before.reRatingId);
  await withTenant(home.db, tenant.id, (tx) => tx.priceOverride.updateMany({ data: { usdPerUnit: '100' } }));
  priceBooks.forget(tenant.id);
  const usage = readTestUsage({ prompt_tokens: 900_000_000, completion_tokens: 0, total_tokens: 900_000_000 });
  await record(20, { model: 'mine', usage });
  expect((await sums())?.measured).toMatch(/^1800000000000\.0* /);
  home.clock.advance(50 * hourMs);
  expect(await sumDays(home, tenant.id, { budgetMs: 10_000 })).toBeGreaterThan(0);
  const { reRatingId } = await change([{ model: 'mine', kind: 'input', usdPerUnit: '0.000001' }]);
  await finish(reRatingId);
  expect(await listReRatings(home, tenant.id, { limit: 1 })).toMatchObject([
    { costBefore: 1_800_000_000_000n * 10n ** 12n, costAfter: 18_000n * 10n ** 12n },
  ]);
  expect((await sums())?.measured).toMatch(/^18000\.0* /);
});

test('of re-ratings that are asked for at the same moment one is open', async () => {
  const first = await requestReRating(deps(), tenant.id);
  await withOwnerConnection(home.url, async (owner) => {
    // A batch of the first one, for which whoever asks waits.
    await owner.query('BEGIN');
    await owner.query('SELECT FROM re_rating WHERE id = $1 FOR UPDATE', [first]);
    const asked = [requestReRating(deps(), tenant.id), requestReRating(deps(), tenant.id)];
    await untilSomebodyWaits(home.db, { atLeast: 2 });
    await owner.query('COMMIT');
    await Promise.all(asked);
  });
  const all = await listReRatings(home, tenant.id, { limit: 9 });
  expect(all).toHaveLength(3);
  expect(all.filter(({ finishedAt }) => finishedAt === null)).toHaveLength(1);
});
