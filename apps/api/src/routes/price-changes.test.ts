import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import { unscopedReRateUsage } from '#domain/prices/unscoped-re-rate-usage.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestReported } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const ask = async (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: await api.tokenOf('admin'), ...(body !== undefined && { body }) });
const patch = (body: unknown) => ask('PATCH', '/prices', body);
/** A re-rating walks once more when all that were writing by former prices have ended. */
const finishReRatings = async () => {
  api.clock.advance(180_000);
  await unscopedReRateUsage(api.deps, { forMs: 10_000 });
};
const event = (model: string) =>
  ask('POST', '/usage/events', {
    events: [{ idempotencyKey: newId(), model, usage: { input_tokens: 1000, output_tokens: 0, total_tokens: 1000 } }],
  });

test('a price of one’s own is previewed, stored, shown, applied to new and past usage, and taken out again', async () => {
  expect((await event('gpt-4o')).status).toBe(200);
  const add = [{ model: 'gpt-4o', percentOff: '20', note: 'agreed' }];
  const preview = await patch({ add, preview: true });
  expect(preview.status).toBe(200);
  const models = [{ book: 'measured', model: 'gpt-4o', records: 1, costBeforeUsd: '0.0025', costAfterUsd: '0.002' }];
  expect(preview.json).toMatchObject({ preview: true, reRatingId: null, usage: { isComplete: true, models } });
  expect((await ask('GET', '/prices/overrides')).json.items).toEqual([]);

  const stored = (await patch({ add })).json;
  expect(stored).toMatchObject({ preview: false, versionAfter: preview.json.versionAfter, usage: { models } });
  const overrides = (await ask('GET', '/prices/overrides')).json;
  expect(overrides).toMatchObject({
    version: stored.versionAfter,
    items: [{ model: 'gpt-4o', percentOff: '20', usdPerUnit: null, note: 'agreed', createdBy: 'acme admin' }],
  });
  const [input] = (await ask('GET', '/prices?model=gpt-4o&tier=standard&kind=input')).json.items;
  expect(input).toMatchObject({ usdPerUnit: '0.000002', isOwn: true, confidence: 'reported' });
  expect(input.source).toMatch(/^your own discount, 2026-11-\d\d, on /);

  await event('gpt-4o');
  await unscopedReRateUsage(api.deps, { forMs: 10_000 });
  const usage = (await ask('GET', '/data')).json.items;
  expect(usage.map(({ costUsd, priceVersion }: Record<string, string>) => [costUsd, priceVersion])).toEqual([
    ['0.002', stored.versionAfter],
    ['0.002', stored.versionAfter],
  ]);
  expect((await ask('GET', '/prices/re-ratings')).json.items).toMatchObject([
    { id: stored.reRatingId, models: ['gpt-4o'], recordsChanged: 1, costBeforeUsd: '0.0025', costAfterUsd: '0.002' },
  ]);
  expect((await ask('GET', '/prices/versions')).json.items).toContainEqual(
    expect.objectContaining({
      version: stored.versionAfter,
      overrides: [expect.objectContaining({ percentOff: '20' })],
    }),
  );

  const [{ id }] = overrides.items;
  expect((await patch({ remove: [id] })).json).toMatchObject({
    removed: [{ id }],
    versionAfter: preview.json.versionBefore,
  });
  expect((await ask('GET', '/prices/overrides')).json.items).toEqual([]);
});

test('prices come as CSV, and a fault in it names line and column and changes nothing', async () => {
  const csv = 'model,kind,usd,note\nacme-1,input,3,ours\nacme-1,output,9,ours\ngpt-4o,output,10,as listed';
  const faulty = await patch({ csv: `${csv}\nacme-2,tea,1,` });
  expect(faulty.status).toBe(400);
  expect(faulty.json).toMatchObject({ fields: { 'csv.5.kind': expect.stringContaining('must be one of input') } });
  expect(faulty.json.detail).toMatch(/^Nothing was changed\. Line 5, column kind: /);
  expect((await patch({ csv })).json).toMatchObject({
    added: [{ model: 'acme-1' }, { model: 'acme-1' }, { model: 'gpt-4o' }],
  });
  expect((await ask('GET', '/prices?model=acme-1&tier=batch')).json.items).toMatchObject([
    { kind: 'input', usdPer: { usd: '3' }, source: expect.stringMatching(/^your own price, /), confidence: 'high' },
    { kind: 'output', usdPer: { usd: '9' } },
  ]);
});

test('the file that is exported can be sent back as it is', async () => {
  const { text: csv } = await ask('GET', '/prices?all=true&format=csv');
  expect(csv.length).toBeGreaterThan(64 * 1024);
  const { status, json } = await patch({ csv });
  expect([status, json.added, json.changedPrices, json.reRatingId]).toEqual([200, [], 0, null]);
  expect(json.unchangedLines).toBeGreaterThan(700);
});

test.each([
  [{}, undefined],
  [{ add: [{ model: 'gpt-image-1', kind: 'image', variant: 'a\0b', usdPerUnit: '1' }] }, 'add.0.variant'],
  [{ add: [{ model: 'm', kind: 'input', usdPerUnit: '0.01', note: 'half \uD83D' }] }, 'add.0.note'],
  [{ add: [{ model: 'm' }] }, 'add.0.usdPerUnit'],
  [{ add: [{ model: 'm', kind: 'input', usdPerUnit: '0.01', colour: 'red' }] }, 'add.0.colour'],
  [{ remove: ['nonsense'] }, 'remove.0'],
  [{ remove: [newId()] }, 'remove.0'],
])('a change of %j is refused', async (body, field) => {
  const { status, json } = await patch(body);
  expect(status).toBe(400);
  expect(Object.keys(json.fields ?? {})).toEqual(field === undefined ? [] : [field]);
});

test('a last day that is the first is refused with what “to” is', async () => {
  const day = { from: '2026-02-02', to: '2026-02-02' };
  const { json } = await patch({ add: [{ model: 'm', percentOff: '5', ...day }], preview: true });
  const fault = 'must be later than the first day, as it is the first on which the price holds no longer';
  expect(json.fields).toEqual({ 'add.0.to': fault });
});

test('what is used without a price is listed by book, with when it was seen', async () => {
  await event('nobody-knows-1');
  const day = api.clock.now().toISOString().slice(0, 10);
  expect((await ask('GET', '/prices/unpriced')).json).toEqual({
    days: 30,
    items: [
      {
        book: 'measured',
        model: 'nobody-knows-1',
        kind: 'event',
        unpricedRequests: 1,
        firstSeenOn: day,
        lastSeenOn: day,
      },
    ],
  });
});

test('all past usage is rated again when somebody asks', async () => {
  const { status, json } = await ask('POST', '/prices/re-rate');
  expect(status).toBe(201);
  expect(json.notices).toEqual([]);
  const [first] = (await ask('GET', '/prices/re-ratings')).json.items;
  expect(first).toMatchObject({
    id: json.id,
    models: null,
    from: null,
    to: null,
    requestedBy: 'acme admin',
    finishedAt: null,
  });
});

test('a re-rating says what it cannot change yet and what to do, as before the first import after an upgrade', async () => {
  const tenant = await api.addTenant('upgraded');
  const token = await api.tokenOf('admin', tenant);
  const reRate = async () => (await api.call('POST', '/prices/re-rate', { token })).json.notices;
  expect(await reRate()).toEqual(['There is no past usage yet, so no cost changes.']);
  const key = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: 'upgraded' });
  const stored = await api.call('POST', '/keys', { token, body: { label: 'Northwind', key, probeMode: 'off' } });
  const [{ id, name }] = (await api.call('GET', '/organizations', { token })).json.items;
  await addTestReported(api.db, tenant.id, id, [{ at: '2026-11-19T10:00:00Z', projectId: 'proj_a' }]);
  const untold = [
    `OpenAI has not told yet where every project of “${name}” is processed, so what a region adds to a price stays out of its ` +
      `past costs. Import it (POST /organizations/${id}/import), and then ask for this again.`,
  ];
  expect(await reRate()).toEqual(untold);
  const seenAt = '2026-11-20T10:00:00Z';
  await addTestProjects(api.db, tenant.id, id, { seenAt, projects: [{ id: 'proj_a' }] });
  const listed = (residency: string | null) =>
    withTenant(api.db, tenant.id, async (tx) => {
      await tx.organization.updateMany({ data: { inventoryAt: seenAt } });
      await tx.openaiProject.updateMany({ data: { residency } });
    });
  await listed(null);
  expect(await reRate()).toEqual(untold);
  // Of one that is connected no more nothing will be told.
  await api.call('PATCH', `/keys/${stored.json.id}`, { token, body: { active: false } });
  expect(await reRate()).toEqual([]);
  await api.call('PATCH', `/keys/${stored.json.id}`, { token, body: { active: true } });
  expect(await reRate()).toEqual(untold);
  await listed('EU_STORAGE_PROCESSING');
  expect(await reRate()).toEqual([]);
});

test('a model that no book and no usage names is stored with a notice, once, and every other without', async () => {
  await event('our-own-2026-11-01');
  await finishReRatings();
  const add = (...models: string[]) => models.map((model) => ({ model, kind: 'input', usdPerUnit: '0.000001' }));
  const known = [{ model: '*', percentOff: '1' }, ...add('our-own', 'gpt-4o', 'gpt-4o-2099-01-01')];
  expect((await patch({ add: known, preview: true })).json.notices).toEqual([]);
  const change = { add: [...add('gtp-4o'), { model: 'gtp-4o', kind: 'output', usdPerUnit: '0.000001' }] };
  const notices = ['No price book and no usage names “gtp-4o”; check the spelling.'];
  expect((await patch({ ...change, preview: true })).json.notices).toEqual(notices);
  expect((await patch(change)).json.notices).toEqual(notices);
  expect((await patch(change)).json.notices).toEqual([]);
});

test('before its first price a model has no cost, and not one of 0', async () => {
  await event('acme-chat-1');
  const add = [{ model: 'acme-chat-1', kind: 'input', usdPerUnit: '0.000002' }];
  const { models } = (await patch({ add, preview: true })).json.usage;
  expect(models).toMatchObject([{ model: 'acme-chat-1', costBeforeUsd: null, costAfterUsd: '0.002' }]);
});

test('costs that a re-rating under way is about to change are compared with a notice, until it is finished', async () => {
  await finishReRatings();
  await event('gpt-4.1');
  const first = [{ model: 'gpt-4.1', percentOff: '20' }];
  const second = { add: [{ model: '*', percentOff: '10', from: '2026-11-01' }], preview: true };
  const elsewhere = [
    { model: 'gpt-4o', percentOff: '5' },
    { model: 'gpt-4.1', percentOff: '5', to: '2026-11-01' },
  ];
  expect((await patch(second)).json.notices).toEqual([]);
  expect((await patch({ add: first })).json.notices).toEqual([]);
  const beingRated = expect.stringMatching(/^Past usage that this is about is being rated again right now/);
  expect((await patch(second)).json.notices).toEqual([beingRated]);
  for (const add of elsewhere) expect((await patch({ add: [add], preview: true })).json.notices).toEqual([]);
  await finishReRatings();
  expect((await patch(second)).json.notices).toEqual([]);
});
