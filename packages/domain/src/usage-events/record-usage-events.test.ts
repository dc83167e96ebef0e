import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { formatUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { costOf } from '#pricing/cost-of.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { readTestUsage } from '#testing/read-test-usage.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { sumBook } from '../books/sum-book.js';
import { sumDays } from '../books/sum-days.js';
import { unscopedEnsurePartitions } from '../operations/unscoped-ensure-partitions.js';
import { createTenantPriceBooks } from '../prices/tenant-price-books.js';
import type { Tenant } from '../tenants/tenant.js';
import { listUsage } from '../usage/list-usage.js';
import { resetUsage } from '../usage/reset-usage.js';
import { sumUsage } from '../usage/sum-usage.js';
import { readEventUsage } from './read-event-usage.js';
import { eventId } from './event-id.js';
import { recordUsageEvents } from './record-usage-events.js';
import type { UsageEvent } from './usage-event.js';

const priceBook = buildPriceBook(openAiPriceSheet);
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

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

const priced = () => ({ ...home, priceBooks: createTenantPriceBooks({ ...home, base: priceBook }) });
const record = (...events: UsageEvent[]) => recordUsageEvents(priced(), tenant.id, events);
const list = async () => (await listUsage(home, tenant.id, {}, { limit: 500 })).items;
const ago = (ms: number) => new Date(home.clock.now().getTime() - ms);

const chat = {
  prompt_tokens: 1000,
  completion_tokens: 100,
  total_tokens: 1100,
  prompt_tokens_details: { cached_tokens: 400, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 60, audio_tokens: 0 },
};
let keys = 0;
const event = (changes: Partial<UsageEvent> = {}): UsageEvent => ({
  idempotencyKey: `key-${(keys += 1)}`,
  model: 'gpt-4o-mini-2024-07-18',
  usage: readTestUsage(chat),
  ...changes,
});

/** What each table holds of the tenant, read on its own. */
const stored = () =>
  withTenant(home.db, tenant.id, async (tx) => {
    const hours = await tx.usageHourly.findMany({ select: { records: true } });
    return {
      records: await tx.usageRecord.count(),
      hours: hours.reduce((sum, { records }) => sum + Number(records), 0),
      keys: await tx.usageEventKey.count(),
    };
  });

async function expectSumsToAgree(): Promise<void> {
  const [sums] = await withTenant(
    home.db,
    tenant.id,
    (tx) => tx.$queryRaw<{ records: string; hours: string }[]>`
      SELECT (SELECT concat_ws(' ', count(*), sum(requests), sum(cost_usd), sum(input_uncached_tokens + input_cached_tokens
                + cache_write_tokens + cache_write_12h_tokens + audio_input_tokens), sum(output_tokens + audio_output_tokens),
                count(*) FILTER (WHERE cost_basis = 'unpriced'), count(*) FILTER (WHERE cost_basis = 'estimated'))
              FROM usage_record) AS records,
        (SELECT concat_ws(' ', sum(records), sum(requests), sum(cost_usd), sum(input_tokens), sum(output_tokens),
                sum(unpriced_requests), sum(estimated_requests))
         FROM usage_hourly) AS hours`,
  );
  expect(sums?.hours).toBe(sums?.records);
}

test('an event becomes a record with disjoint counts, its price, and all that was said of it', async () => {
  const occurredAt = ago(90 * minuteMs);
  const said = { endUser: 'customer-7', tags: { feature: 'search', größe: 'ja, "groß"\\' }, requestId: 'req_1' };
  const [receipt] = await record(event({ occurredAt, serviceTier: 'priority', ...said }));
  const cost = { costPicoUsd: 600n * 250_000n + 400n * 125_000n + 100n * 1_000_000n, basis: 'exact' };
  expect(receipt).toMatchObject({ status: 'recorded', cost });
  expect(await list()).toMatchObject([
    {
      source: 'event',
      occurredAt,
      model: 'gpt-4o-mini-2024-07-18',
      serviceTier: 'priority',
      requests: 1,
      inputUncachedTokens: 600,
      inputCachedTokens: 400,
      outputTokens: 100,
      reasoningTokens: 60,
      cost: cost.costPicoUsd,
      costBasis: 'exact',
      providerKeyId: null,
      ...said,
    },
  ]);
});

test('usage of a response and of an embedding is recognised by its fields', async () => {
  const response = {
    input_tokens: 50,
    input_tokens_details: { cached_tokens: 20, cache_write_tokens: 0 },
    output_tokens: 9,
    output_tokens_details: { reasoning_tokens: 4 },
    total_tokens: 59,
  };
  await record(event({ usage: readTestUsage(response), occurredAt: ago(1) }));
  await record(
    event({
      usage: readTestUsage({ prompt_tokens: 8, total_tokens: 8 }),
      model: 'text-embedding-3-small',
      occurredAt: ago(2),
    }),
  );
  expect(await list()).toMatchObject([
    { inputUncachedTokens: 30, inputCachedTokens: 20, outputTokens: 9, reasoningTokens: 4, costBasis: 'exact' },
    { inputUncachedTokens: 8, outputTokens: 0, cost: 8n * 20_000n, costBasis: 'exact', serviceTier: 'default' },
  ]);
});

test('counts that contradict each other are estimated, and a model without a price is unpriced, never free', async () => {
  const receipts = await record(
    event({ usage: readTestUsage({ ...chat, prompt_tokens_details: { cached_tokens: 5000 } }) }),
    event({ usage: readTestUsage({ ...chat, total_tokens: 7 }) }),
    event({ model: 'nobody-knows-1' }),
  );
  expect(receipts.map(({ cost }) => cost?.basis)).toEqual(['estimated', 'estimated', 'unpriced']);
  expect(receipts[2]?.cost?.costPicoUsd).toBeNull();
  expect(await sumUsage(home, tenant.id, {})).toMatchObject({
    requests: 3,
    unpricedRequests: 1,
    estimatedRequests: 2,
  });
  await expectSumsToAgree();
});

test.each([
  [-5 * minuteMs, 'recorded'],
  [-5 * minuteMs - 1, 'events.0.occurredAt'],
  [35 * dayMs, 'recorded'],
  [35 * dayMs + 1, 'events.0.occurredAt'],
])('an event %i ms ago is %s', async (ms, expected) => {
  const outcome = await record(event({ occurredAt: ago(ms) })).then(
    ([receipt]) => receipt?.status,
    (error: { fields: object }) => Object.keys(error.fields).join(),
  );
  expect(outcome).toBe(expected);
});

test('months that nobody has made yet are made by the events that need them', async () => {
  home.clock.set('2024-03-02T00:00:00.000Z');
  await unscopedEnsurePartitions(home); // as maintenance does, from this month on
  await record(event({ occurredAt: ago(35 * dayMs) }), event({ occurredAt: ago(5 * dayMs) }), event());
  expect((await list()).map(({ occurredAt }) => occurredAt.toISOString().slice(0, 7))).toEqual([
    '2024-03',
    '2024-02',
    '2024-01',
  ]);
  await expectSumsToAgree();
});

async function addKey(ofTenant: Tenant, { deleted }: { deleted: boolean }): Promise<string> {
  const id = newId();
  const secret = deleted ? null : Buffer.from(id);
  await withTenant(home.db, ofTenant.id, (tx) =>
    tx.providerKey.create({
      data: {
        tenantId: ofTenant.id,
        id,
        label: id,
        mask: 'sk-…abcd',
        sealedSecret: secret,
        fingerprint: secret,
        deletedAt: deleted ? new Date() : null,
        model: 'gpt-4o-mini',
        probeDailyCapUsd: '1',
      },
    }),
  );
  return id;
}

test('an event can name a stored key, also a deleted one; another tenant’s key is as one that is not there', async () => {
  const [keyId, deleted] = [await addKey(tenant, { deleted: false }), await addKey(tenant, { deleted: true })];
  await record(event({ keyId }), event({ keyId: deleted }));
  expect(new Set((await list()).map(({ providerKeyId }) => providerKeyId))).toEqual(new Set([keyId, deleted]));
  const foreign = await addKey(await home.addTenant('stranger'), { deleted: false });
  const faults = await Promise.all(
    [foreign, newId()].map((id) =>
      record(event(), event({ keyId: id })).catch((error: unknown) => (error as { fields: unknown }).fields),
    ),
  );
  expect(faults[0]).toEqual({ 'events.1.keyId': 'is not the id of a stored key' });
  expect(faults[0]).toEqual(faults[1]);
  expect(await stored()).toEqual({ records: 2, hours: 2, keys: 2 });
});

test('reporting the same events again, late or changed, leaves one of each and answers what it cost', async () => {
  const events = [event({ occurredAt: ago(dayMs) }), event(), event({ model: 'nobody-knows-1' })];
  const first = await record(...events);
  home.clock.advance(60 * minuteMs);
  const changed = events.map((one) => ({ ...one, model: 'gpt-4o', occurredAt: ago(minuteMs), tags: { late: 'yes' } }));
  for (const again of [await record(...events), await record(...changed)]) {
    expect(again).toEqual(first.map((receipt) => ({ ...receipt, status: 'duplicate', cost: costAndBasis(receipt) })));
  }
  expect(await stored()).toEqual({ records: 3, hours: 3, keys: 3 });
});

function costAndBasis({ cost }: Awaited<ReturnType<typeof record>>[number]) {
  return cost && { costPicoUsd: cost.costPicoUsd, basis: cost.basis };
}

test('within one list the first of a key counts, and old and new may be mixed', async () => {
  const [old, fresh] = [event(), event({ model: 'gpt-4o' })];
  await record(old);
  const receipts = await record(fresh, old, { ...fresh, model: 'nobody-knows-1' }, event());
  expect(receipts.map(({ status }) => status)).toEqual(['recorded', 'duplicate', 'duplicate', 'recorded']);
  expect(receipts[2]?.cost).toEqual(receipts[0]?.cost);
  expect(await stored()).toEqual({ records: 3, hours: 3, keys: 3 });
});

test('a key belongs to its tenant: another tenant’s same key is another event', async () => {
  const same = event();
  await record(same);
  tenant = await home.addTenant('other');
  expect(await record(same)).toMatchObject([{ status: 'recorded' }]);
});

test('twenty identical lists at once, in both orders, leave one record per key', async () => {
  const events = Array.from({ length: 500 }, (_, index) =>
    event({ model: index % 2 === 0 ? 'gpt-4o' : 'gpt-4o-mini', occurredAt: ago(index * 3 * minuteMs) }),
  );
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, turn) => record(...(turn % 2 === 0 ? events : events.toReversed()))),
  );
  const recorded = answers.flat().filter(({ status }) => status === 'recorded');
  expect(recorded).toHaveLength(500);
  expect(answers.flat().every(({ cost }) => cost !== null)).toBe(true);
  expect(await stored()).toEqual({ records: 500, hours: 500, keys: 500 });
  await expectSumsToAgree();
});

test('two who claim the same keys in opposite orders wait for each other, and never in a circle', async () => {
  const idOf = ({ idempotencyKey }: UsageEvent) => eventId(idempotencyKey);
  const events = [event(), event(), event()].toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const [, middle] = events.map(idOf);
  let lists: ReturnType<typeof record>[] = [];
  // Holds the key in the middle until both have come as far as they can.
  await withTenant(home.db, tenant.id, async (tx) => {
    await tx.usageEventKey.create({ data: { tenantId: tenant.id, id: middle ?? '', occurredAt: home.clock.now() } });
    lists = [record(...events), record(...events.toReversed())];
    await untilSomebodyWaits(home.db, { atLeast: 2 });
    await tx.usageEventKey.deleteMany();
  });
  const receipts = await Promise.all(lists);
  const recorded = receipts.map((list) => list.filter(({ status }) => status === 'recorded').length);
  expect(recorded.toSorted((a, b) => a - b)).toEqual([0, 3]);
});

test('a failure after the records were written leaves nothing, and the same events are recorded when sent again', async () => {
  const events = [event(), event()];
  const broken = Object.create(home.db.app, {
    $transaction: {
      value: (work: (tx: object) => Promise<unknown>) =>
        home.db.app.$transaction(async (tx) => {
          await work(tx);
          throw new Error('killed before the commit');
        }),
    },
  }) as typeof home.db.app;
  const failing = recordUsageEvents({ ...priced(), db: { ...home.db, app: broken } }, tenant.id, events);
  await expect(failing).rejects.toThrow('killed');
  expect(await stored()).toEqual({ records: 0, hours: 0, keys: 0 });
  expect(await record(...events)).toMatchObject([{ status: 'recorded' }, { status: 'recorded' }]);
});

test('a key is remembered as long as its event could be accepted, and then forgotten by whoever comes next', async () => {
  const old = event({ occurredAt: ago(34 * dayMs) });
  await record(old, event());
  home.clock.advance(dayMs);
  expect(await record(old)).toMatchObject([{ status: 'duplicate' }]);
  // A process whose clock is ahead forgets nothing that others still accept.
  home.clock.advance(dayMs / 2);
  await record(event());
  home.clock.advance(-dayMs / 2);
  expect(await record(old)).toMatchObject([{ status: 'duplicate' }]);
  home.clock.advance(dayMs + 1);
  await expect(record(old)).rejects.toMatchObject({ fields: { 'events.0.occurredAt': expect.anything() } });
  await record(event());
  expect(await stored()).toEqual({ records: 4, hours: 4, keys: 3 });
});

test('after a reset the same events can be reported anew', async () => {
  const events = [event(), event()];
  await record(...events);
  await resetUsage(home, tenant.id);
  expect(await stored()).toEqual({ records: 0, hours: 0, keys: 0 });
  expect(await record(...events)).toMatchObject([{ status: 'recorded' }, { status: 'recorded' }]);
});

test('the id of a record is a UUID of its key alone', () => {
  expect(eventId('key-1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(eventId('key-1')).toBe(eventId('key-1'));
  expect(eventId('key-1')).not.toBe(eventId('key-2'));
});

const tokens = fc.integer({ min: 0, max: 2_000_000 });
const odd = fc.oneof(
  tokens,
  fc.integer({ min: -9, max: -1 }),
  fc.constantFrom(null, undefined, '7', 1.5, {}, [], true),
);
const anyUsage = fc.record({
  prompt_tokens: fc.oneof({ weight: 9, arbitrary: tokens }, odd),
  completion_tokens: fc.oneof({ weight: 9, arbitrary: tokens }, odd),
  total_tokens: odd,
  prompt_tokens_details: fc.oneof(fc.record({ cached_tokens: odd, cache_write_tokens: odd, audio_tokens: odd }), odd),
  completion_tokens_details: fc.oneof(fc.record({ reasoning_tokens: odd, audio_tokens: odd }), odd),
});

test('of random usage objects each cost is exactly that of the price book, and sums are those of the records', async () => {
  const models = [
    'gpt-4o-mini',
    'gpt-4o-audio-preview',
    'gpt-5',
    'nobody-knows-1',
    'weird, "model"\\ {x}',
    'NULL',
    'nul',
  ];
  const usages = fc.sample(anyUsage, 400).flatMap((usage) => readEventUsage(usage) ?? []);
  expect(usages.length).toBeGreaterThan(200);
  const events = usages.map((usage, index) => {
    const at = ago(index * 17 * minuteMs);
    return event({ usage, model: models[index % models.length] ?? '', occurredAt: at, endUser: `u${index % 3}` });
  });
  const receipts = await record(...events);
  let expected = 0n;
  for (const [index, { usage, model, occurredAt }] of events.entries()) {
    const at = occurredAt ?? home.clock.now();
    const cost = costOf(priceBook, { model, serviceTier: null, usage: usage.usage, usageBasis: usage.basis, at });
    expect(receipts[index]).toMatchObject({ cost: { costPicoUsd: cost.costPicoUsd, basis: cost.basis } });
    expected += cost.costPicoUsd ?? 0n;
  }
  await expectSumsToAgree();
  const total = await sumUsage(home, tenant.id, {});
  expect(formatUsd(total.cost)).toBe(formatUsd(expected));
  const perUser = await Promise.all(['u0', 'u1', 'u2'].map((endUser) => sumUsage(home, tenant.id, { endUser })));
  expect(perUser.reduce((sum, { cost }) => sum + cost, 0n)).toBe(expected);
  expect(perUser.reduce((sum, { records }) => sum + records, 0)).toBe(events.length);
  expect(new Set((await list()).map(({ model }) => model))).toEqual(new Set(models));
});

test('an event of a day that is summed already is in the figures of that day at once', async () => {
  const occurredAt = new Date('2026-11-17T10:00:00Z');
  const day = { fromDay: '2026-11-17', toDay: '2026-11-17' };
  const requests = async () => {
    const asked = { ...day, book: 'measured', calendar: 'utc', by: 'none' } as const;
    return (await sumBook(home, tenant.id, asked)).map((sums) => sums.requests);
  };
  await record(event({ occurredAt }));
  expect(await sumDays(home, tenant.id, { budgetMs: 20_000 })).toBeGreaterThan(0);
  await record(event({ occurredAt }), event({ occurredAt }));
  expect(await requests()).toEqual([3]);
});

test('an event costs what its day did, whatever prices are when it is reported', async () => {
  const price = {
    tenantId: tenant.id,
    model: 'mine',
    kind: 'input',
    note: '',
    createdAt: home.clock.now(),
    createdBy: 'ops',
  };
  const [earlier, later] = [
    { ...price, id: newId(), usdPerUnit: '0.01', effectiveTo: new Date('2026-11-10') },
    { ...price, id: newId(), usdPerUnit: '0.03', effectiveFrom: new Date('2026-11-10') },
  ];
  await withTenant(home.db, tenant.id, (tx) => tx.priceOverride.createMany({ data: [earlier, later] }));
  const usage = readTestUsage({ prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 });
  const at = (instant: string) => event({ model: 'mine', usage, occurredAt: new Date(instant) });
  const receipts = await record(at('2026-11-09T23:59:59.999Z'), at('2026-11-10T00:00:00Z'));
  expect(receipts.map(({ cost }) => formatUsd(cost?.costPicoUsd ?? 0n))).toEqual(['0.01', '0.03']);
});

test('events that would make an hour cost more than can be kept are refused with what to do, and come in after it', async () => {
  // No such price is accepted any more; it was once.
  const price = { tenantId: tenant.id, id: newId(), model: 'mine', kind: 'input', usdPerUnit: '100', note: '' };
  await withTenant(home.db, tenant.id, (tx) =>
    tx.priceOverride.create({ data: { ...price, createdAt: home.clock.now(), createdBy: 'ops' } }),
  );
  const usage = readTestUsage({ prompt_tokens: 1_000_000_000, completion_tokens: 0, total_tokens: 1_000_000_000 });
  const absurd = (count: number) => Array.from({ length: count }, () => event({ model: 'mine', usage, endUser: 'a' }));
  await record(...absurd(9));
  const before = await stored();
  const tooMany = absurd(2);
  await expect(record(...tooMany)).rejects.toMatchObject({
    code: 'invalid-request',
    detail: expect.stringContaining('Lower your own prices'),
  });
  expect(await stored()).toEqual(before);
  await withTenant(home.db, tenant.id, (tx) => tx.priceOverride.updateMany({ data: { usdPerUnit: '0.01' } }));
  expect((await record(...tooMany)).map(({ status }) => status)).toEqual(['recorded', 'recorded']);
  await expectSumsToAgree();
});
