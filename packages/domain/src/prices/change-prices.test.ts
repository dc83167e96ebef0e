import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { formatUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { readTestUsage } from '#testing/read-test-usage.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { costOf } from '#pricing/cost-of.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { emptyUsage } from '#pricing/usage.js';
import type { Tenant } from '../tenants/tenant.js';
import { listUsage } from '../usage/list-usage.js';
import { recordUsageEvents } from '../usage-events/record-usage-events.js';
import { changePrices } from './change-prices.js';
import { listOverrides } from './list-overrides.js';
import { listPriceVersions } from './list-price-versions.js';
import { overrideFaults } from './override-faults.js';
import type { PriceChange } from './price-change.js';
import { createTenantPriceBooks, type TenantPriceBooks } from './tenant-price-books.js';

const base = buildPriceBook(openAiPriceSheet);
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

const change = (changes: Partial<PriceChange>, mode: 'preview' | 'store' = 'store') =>
  changePrices({ ...home, priceBooks }, tenant.id, {
    change: { add: [], remove: [], restore: [], ...changes },
    mode,
  });
const tenPercent = { model: 'gpt-4o-mini', percentOff: '10' };
const usage = readTestUsage({ prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 });
const record = (model: string) =>
  recordUsageEvents({ ...home, priceBooks }, tenant.id, [{ idempotencyKey: newId(), model, usage }]);
const listPrice = 1000n * 150_000n + 100n * 600_000n;

test('a tenant without own prices has the book itself, and its version is on record', async () => {
  expect(await priceBooks.of(tenant.id)).toBe(base);
  expect(await listPriceVersions(home, tenant.id, { limit: 9 })).toMatchObject([
    { version: base.version, base: base.version, overrides: [] },
  ]);
});

test('what is recorded after a change costs by the new prices, and names a version that tells them', async () => {
  await record('gpt-4o-mini');
  const { versionAfter } = await change({ add: [tenPercent] });
  await record('gpt-4o-mini');
  const costs = (await listUsage(home, tenant.id, {}, { limit: 9 })).items;
  expect(new Set(costs.map(({ cost, priceVersion }) => `${cost} ${priceVersion}`))).toEqual(
    new Set([`${listPrice} ${base.version}`, `${(listPrice * 9n) / 10n} ${versionAfter}`]),
  );
  expect(
    (await listPriceVersions(home, tenant.id, { limit: 9 })).find((one) => one.version === versionAfter),
  ).toMatchObject({
    base: base.version,
    overrides: [{ model: 'gpt-4o-mini', percentOff: '10', createdBy: 'test' }],
  });
});

test('another process follows within five seconds, and asks the database no more often', async () => {
  const other = createTenantPriceBooks({ ...home, base });
  expect(await other.of(tenant.id)).toBe(base);
  const { versionAfter } = await change({ add: [tenPercent] });
  home.clock.advance(4_999);
  expect((await other.of(tenant.id)).version).toBe(base.version);
  home.clock.advance(1);
  const book = await other.of(tenant.id);
  expect(book.version).toBe(versionAfter);
  home.clock.advance(5_000);
  expect(await other.of(tenant.id)).toBe(book);
});

test('however many ask at once, the database is asked once', async () => {
  let transactions = 0;
  const counting = Object.create(home.db.app, {
    $transaction: {
      value: (work: (tx: object) => Promise<unknown>) => {
        transactions += 1;
        return home.db.app.$transaction(work);
      },
    },
  }) as typeof home.db.app;
  const counted = createTenantPriceBooks({ ...home, db: { ...home.db, app: counting }, base });
  const askAll = () => Promise.all(Array.from({ length: 100 }, () => counted.of(tenant.id)));
  await askAll();
  expect(transactions).toBe(1);
  home.clock.advance(5_000);
  await askAll();
  expect(transactions).toBe(2);
});

test('a tenant’s prices are its own alone', async () => {
  await change({ add: [tenPercent] });
  const stranger = await home.addTenant('stranger');
  expect(await priceBooks.of(stranger.id)).toBe(base);
  expect(await listOverrides(home, stranger.id)).toEqual([]);
});

test('a preview says what a change would do to past usage, and changes nothing', async () => {
  await record('gpt-4o-mini-2024-07-18');
  await record('gpt-4o');
  await record('mine');
  const organizationId = await addTestOrganization(home.db, tenant.id, { providerKeyId: await addKey() });
  await addTestReported(home.db, tenant.id, organizationId, [
    { at: '2026-11-19T10:00:00Z', requests: 3, inputTokens: 100, outputTokens: 0, costUsd: '0.000015' },
  ]);
  const add = [tenPercent, { model: 'mine', kind: 'input', usdPerUnit: '0.000001' }];
  const { prices, effect, reRatingId } = await change({ add }, 'preview');
  expect(reRatingId).toBeNull();
  expect(effect).toMatchObject({
    isComplete: true,
    models: [
      {
        book: 'measured',
        model: 'gpt-4o-mini-2024-07-18',
        records: 1,
        costBefore: listPrice,
        costAfter: (listPrice * 9n) / 10n,
      },
      { book: 'reported', records: 1, requests: 3, costBefore: 15_000_000n, costAfter: 13_500_000n },
      // Its output still has no price.
      {
        book: 'measured',
        model: 'mine',
        unpricedRequestsBefore: 1,
        unpricedRequestsAfter: 1,
        unpricedKindsAfter: ['output'],
      },
    ],
  });
  expect(
    prices.some(
      ({ model, kind, before, after }) =>
        model === 'gpt-4o-mini' && kind === 'input' && before === 150_000n && after === 135_000n,
    ),
  ).toBe(true);
  expect(await listOverrides(home, tenant.id)).toEqual([]);
  expect((await priceBooks.of(tenant.id)).version).toBe(base.version);
  expect(await withTenant(home.db, tenant.id, (tx) => tx.reRating.count())).toBe(0);
});

test('a preview prices long requests as long ones', async () => {
  const long = { prompt_tokens: 300_000, completion_tokens: 10, total_tokens: 300_010 };
  const event = { idempotencyKey: newId(), model: 'gpt-6-sol', usage: readTestUsage(long) };
  await recordUsageEvents({ ...home, priceBooks }, tenant.id, [event]);
  const { effect } = await change({ add: [{ model: 'gpt-6-sol', percentOff: '50' }] }, 'preview');
  const cost = costOf(base, {
    model: 'gpt-6-sol',
    serviceTier: null,
    usage: { ...emptyUsage, requests: 1, inputUncachedTokens: 300_000, outputTokens: 10 },
    at: home.clock.now(),
  });
  expect(effect.models).toMatchObject([{ costBefore: cost.costPicoUsd, costAfter: (cost.costPicoUsd ?? 0n) / 2n }]);
});

test('removing a price and putting it back leave the versions that were', async () => {
  const { versionAfter, added } = await change({ add: [tenPercent] });
  const ids = added.map(({ id }) => id);
  expect((await change({ remove: ids })).versionAfter).toBe(base.version);
  expect(await listOverrides(home, tenant.id)).toEqual([]);
  expect((await change({ restore: ids })).versionAfter).toBe(versionAfter);
  expect(await listOverrides(home, tenant.id)).toMatchObject([{ id: ids[0], model: 'gpt-4o-mini' }]);
});

test('a change that changes no price begins no re-rating', async () => {
  const past = { ...tenPercent, model: 'gpt-6-sol', from: '2020-01-01', to: '2020-02-01' };
  expect(await change({ add: [past] })).toMatchObject({ prices: [], reRatingId: null });
});

test.each([
  ['no amount', { model: 'm' }, 'usdPerUnit'],
  ['both amounts', { model: 'm', kind: 'input', usdPerUnit: '1', percentOff: '1' }, 'usdPerUnit'],
  ['a price without a kind', { model: 'm', usdPerUnit: '1' }, 'kind'],
  ['a price of every model', { model: '*', kind: 'input', usdPerUnit: '1' }, 'model'],
  ['thirteen decimals', { model: 'm', kind: 'input', usdPerUnit: '0.0000000000001' }, 'usdPerUnit'],
  ['a negative price', { model: 'm', kind: 'input', usdPerUnit: '-1' }, 'usdPerUnit'],
  ['the price of a million tokens for one', { model: 'm', kind: 'input', usdPerUnit: '0.010000000001' }, 'usdPerUnit'],
  ['more than all off', { model: 'm', percentOff: '100.000001' }, 'percentOff'],
  ['nothing off', { model: 'm', percentOff: '0' }, 'percentOff'],
  ['an unknown tier', { ...tenPercent, tier: 'gold' }, 'tier'],
  ['an unknown kind', { ...tenPercent, kind: 'tea' }, 'kind'],
  ['a day that is none', { ...tenPercent, from: '2026-02-30' }, 'from'],
  ['no day at all', { ...tenPercent, from: '2026-02-01', to: '2026-02-01' }, 'to'],
  ['a name with a line', { ...tenPercent, model: 'a|b' }, 'model'],
])('a change with %s is refused by field, and nothing of its list is stored', async (_name, wrong, field) => {
  await expect(change({ add: [tenPercent, wrong] })).rejects.toMatchObject({
    code: 'invalid-request',
    fields: { [`add.1.${field}`]: expect.any(String) },
  });
  expect(await listOverrides(home, tenant.id)).toEqual([]);
});

test.each([
  ['input', '0.01', 'must be at most 10000 USD for 1M tokens, which is 0.01 USD for one token'],
  ['speechCharacter', '0.01', 'must be at most 10000 USD for 1M characters, which is 0.01 USD for one character'],
  ['audioHour', '100', 'must be at most 100 USD for one audio hour'],
  ['webSearchCall', '100', 'must be at most 100 USD for one call'],
])('a price of %s may be as much as %s, and more is refused with what is the most', async (kind, most, fault) => {
  expect((await change({ add: [{ model: 'm', kind, usdPerUnit: most }] }, 'preview')).added).toHaveLength(1);
  await expect(
    change({ add: [{ model: 'm', kind, usdPerUnit: most.includes('.') ? `${most}1` : `${most}.1` }] }, 'preview'),
  ).rejects.toMatchObject({
    fields: { 'add.0.usdPerUnit': fault },
  });
});

test('every price of the book is far below what may be a price of one’s own', async () => {
  const given = base.rows.map(({ model, kind, picoUsdPerUnit }) => ({
    model,
    kind,
    usdPerUnit: formatUsd(picoUsdPerUnit * 10n),
  }));
  expect(given.flatMap((one) => Object.values(overrideFaults(one)))).toEqual([]);
});

test('an id that is not there, or another tenant’s, cannot be removed or put back', async () => {
  const { added } = await change({ add: [tenPercent] });
  const ids = added.map(({ id }) => id);
  await expect(change({ restore: ids })).rejects.toMatchObject({ fields: { 'restore.0': expect.any(String) } });
  tenant = await home.addTenant(`tenant-${(tenants += 1)}`);
  await expect(change({ remove: ids })).rejects.toMatchObject({ fields: { 'remove.0': expect.any(String) } });
  await expect(change({ remove: [newId()] })).rejects.toMatchObject({ fields: { 'remove.0': expect.any(String) } });
});

test('twenty changes at once all count', async () => {
  const models = base.rows.filter(({ kind }) => kind === 'input').map(({ model }) => model);
  const some = [...new Set(models)].slice(0, 20);
  await Promise.all(some.map((model) => change({ add: [{ model, percentOff: '1' }] })));
  expect((await listOverrides(home, tenant.id)).map(({ model }) => model).toSorted()).toEqual(some.toSorted());
  expect(await withTenant(home.db, tenant.id, (tx) => tx.reRating.count({ where: { finishedAt: null } }))).toBe(1);
});

async function addKey(): Promise<string> {
  const id = newId();
  const secret = Buffer.from(id);
  await withTenant(home.db, tenant.id, (tx) =>
    tx.providerKey.create({
      data: {
        tenantId: tenant.id,
        id,
        label: id,
        mask: 'sk-…abcd',
        kind: 'admin',
        sealedSecret: secret,
        fingerprint: secret,
        model: 'gpt-4o-mini',
        probeDailyCapUsd: '1',
      },
    }),
  );
  return id;
}

test('prices that would keep every process busy with making the book are refused, many of many models are not', async () => {
  const day = (days: number) => new Date(Date.UTC(2000, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);
  const periods = (count: number, model: string) =>
    Array.from({ length: count }, (_, index) => ({
      model,
      percentOff: '5',
      from: day(2 * index),
      to: day(2 * index + 1),
    }));
  const startedAt = performance.now();
  await expect(change({ add: periods(1_000, '*') }, 'preview')).rejects.toMatchObject({ code: 'invalid-request' });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect((await change({ add: periods(30, '*') }, 'preview')).added).toHaveLength(30);
  const own = Array.from({ length: 1_000 }, (_, index) => ({
    model: `own-${index}`,
    kind: 'input',
    usdPerUnit: '0.01',
  }));
  expect((await change({ add: own }, 'preview')).added).toHaveLength(1_000);
});
