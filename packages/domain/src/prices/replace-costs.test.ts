import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { readTestUsage } from '#testing/read-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { writeUsageWindow } from '../organizations/write-usage-window.js';
import { recordUsageEvents } from '../usage-events/record-usage-events.js';
import type { RatedBook } from './affected-usage.js';
import { changePrices } from './change-prices.js';
import { rateBatch } from './rate-batch.js';
import { createTenantPriceBooks, type TenantPriceBooks } from './tenant-price-books.js';

const base = buildPriceBook(openAiPriceSheet);
let home: TestInstallation;
let tenantId: string;
let priceBooks: TenantPriceBooks;
let count = 0;
beforeAll(async () => {
  home = await createTestInstallation();
});
beforeEach(async () => {
  tenantId = (await home.addTenant(`tenant-${(count += 1)}`)).id;
  priceBooks = createTenantPriceBooks({ ...home, base });
});
afterAll(() => home.close());

interface Call {
  hour: number;
  model: string;
  endUser: string;
}

const record = (calls: readonly Call[]) =>
  recordUsageEvents(
    { ...home, priceBooks },
    tenantId,
    calls.map(({ hour, ...call }) => ({
      ...call,
      idempotencyKey: `event ${(count += 1)}`,
      usage: readTestUsage({ prompt_tokens: 10, completion_tokens: 7, total_tokens: 17 }),
      occurredAt: new Date(Date.UTC(2026, 10, 20, hour, 30)),
    })),
  );

/** What is of one model, as a re-rating does it, only that it does not give way. */
async function reRate(model: string, book: RatedBook = 'measured'): Promise<number> {
  const change = { add: [{ model, percentOff: '10' }], remove: [], restore: [] };
  const { reRatingId } = await changePrices({ ...home, priceBooks }, tenantId, { change, mode: 'store' });
  const priceBook = await priceBooks.of(tenantId);
  const condition = Prisma.sql`tenant_id = current_tenant_id() AND model = ${model}`;
  const batch = { reRatingId: reRatingId ?? '', priceBook, condition, book, after: null };
  return (await withTenant(home.db, tenantId, (tx) => rateBatch(tx, batch))).changed;
}

/** Somebody else holds one row while a writer comes, and then a re-rating. Both have to end when that row is free. */
async function meet(held: string, calls: readonly Call[], model: string): Promise<number> {
  return withOwnerConnection(home.url, async (owner) => {
    await owner.query(`BEGIN; SELECT FROM ${held} AND tenant_id = '${tenantId}' FOR UPDATE`);
    const recorded = record(calls);
    await untilSomebodyWaits(home.db);
    const reRated = reRate(model);
    await untilSomebodyWaits(home.db, { atLeast: 2 });
    await owner.query('COMMIT');
    const [changed] = await Promise.all([reRated, recorded]);
    return changed;
  });
}

test('a re-rating takes sums of end users and those of keys in the order in which a writer does', async () => {
  const calls = [
    { hour: 8, model: 'gpt-4o-mini', endUser: 'b' },
    { hour: 9, model: 'gpt-4o', endUser: 'a' },
  ];
  await record(calls);
  expect(await meet(`usage_hourly WHERE model LIKE 'gpt-4o-mini%'`, calls, 'gpt-4o')).toBe(1);
});

test('and sums of several end users too', async () => {
  const calls = [
    { hour: 8, model: 'gpt-4o', endUser: 'b' },
    { hour: 8, model: 'gpt-4o-mini', endUser: 'c' },
    { hour: 9, model: 'gpt-4o', endUser: 'a' },
  ];
  await record(calls);
  expect(await meet(`end_user_hourly WHERE end_user = 'c'`, calls, 'gpt-4o')).toBe(2);
});

test('an import that waits for a row of reported usage has no sums in hand, which a re-rating takes after its rows', async () => {
  const organizationId = await addTestOrganization(home.db, tenantId);
  await addTestReported(home.db, tenantId, organizationId, [
    { at: '2026-11-20T08:00:00Z', model: 'gpt-4o-mini', costUsd: '1' },
    { at: '2026-11-20T09:00:00Z', model: 'gpt-4o', costUsd: '1' },
  ]);
  const [from, to] = [new Date('2026-11-20T00:00:00Z'), new Date('2026-11-21T00:00:00Z')];
  const window = { organizationId, kind: 'completions', from, to, width: '1h', buckets: [], setAside: [] } as const;
  const book = await priceBooks.of(tenantId);
  await withOwnerConnection(home.url, async (owner) => {
    await owner.query(
      `BEGIN; SELECT FROM reported_usage WHERE tenant_id = '${tenantId}' AND model = 'gpt-4o-mini' FOR UPDATE`,
    );
    const imported = withTenant(home.db, tenantId, (tx) =>
      writeUsageWindow(tx, { book, now: home.clock.now(), window }),
    );
    await untilSomebodyWaits(home.db);
    expect(await reRate('gpt-4o', 'reported')).toBe(1);
    await owner.query('COMMIT');
    expect(await imported).toMatchObject({ rows: -2 });
  });
});
