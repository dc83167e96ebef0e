import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newId } from '#core/ids.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import type { Tenant } from '#domain/tenants/tenant.js';

let api: TestApi;
let viewer: string;
beforeAll(async () => {
  api = await startTestApi();
  viewer = await api.tokenOf('viewer');
  await addTestUsage(api.db, api.tenant.id, [
    { at: '2026-11-18T10:00:00.000Z', model: 'gpt-4o', source: 'event', costUsd: '1.25' },
    { at: '2026-11-19T23:59:59.999Z', model: 'gpt-4o', source: 'probe', costUsd: '0.000000000001' },
    { at: '2026-11-20T00:00:00.000Z', model: 'mystery', source: 'probe', costUsd: null },
  ]);
});
afterAll(() => api.close());

const data = (query = '', headers: Record<string, string> = {}) =>
  api.call('GET', `/data${query}`, { token: viewer, headers });

test('usage is listed newest first, money as exact decimals, an unknown cost as null', async () => {
  const { json } = await data();
  expect(json.items.map(({ costUsd }: { costUsd: unknown }) => costUsd)).toEqual([null, '0.000000000001', '1.25']);
  expect(json.items[0]).toMatchObject({
    occurredAt: '2026-11-20T00:00:00.000Z',
    model: 'mystery',
    costBasis: 'unpriced',
    keyId: null,
    keyLabel: null,
  });
  expect(json.totals).toMatchObject({ records: 3, requests: 3, costUsd: '1.250000000001', unpricedRequests: 1 });
  const { totals } = (await data('?model=mystery')).json;
  expect(totals).toMatchObject({ records: 1, costUsd: null, unpricedRequests: 1 });
});

test('paging and totals: every page is of the same filter and says its totals', async () => {
  const first = (await data('?limit=2')).json;
  const second = (await data(`?limit=2&after=${first.next}`)).json;
  expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null]);
  expect(second.totals).toEqual(first.totals);
});

test('a day as “from” and “to” is meant in the tenant’s time zone and included', async () => {
  expect((await data('?from=2026-11-19&to=2026-11-19')).json.totals.records).toBe(1);
  expect((await data('?to=2026-11-19T23:59:59.999Z')).json.totals.records).toBe(1);
  const tokyo = await api.addTenant('tokyo', { reportingTimeZone: 'Asia/Tokyo' });
  await addTestUsage(api.db, tokyo.id, [{ at: '2026-11-18T15:00:00Z' }, { at: '2026-11-18T14:59:59Z' }]);
  const answer = await api.call('GET', '/data?from=2026-11-19', { token: await api.tokenOf('viewer', tokyo) });
  expect(answer.json.totals.records).toBe(1);
});

test.each([
  ['?form=2026-11-19', 'form'],
  ['?from=yesterday', 'from'],
  ['?from=2026-13-01', 'from'],
  ['?from=0000-01-01', 'from'],
  ['?to=9999-12-31', 'to'],
  ['?from=0000-01-01T00:00:00Z', 'from'],
  ['?from=2026-11-20&to=2026-11-18', 'from'],
  ['?source=elsewhere', 'source'],
  ['?key=1', 'key'],
  ['?limit=501', 'limit'],
  ['?format=xml', 'format'],
  ['?after=bm9wZQ', 'after'],
  ['?model=a&model=b', 'model'],
])('the query %s is refused by name', async (query, field) => {
  const { status, json } = await data(query);
  expect([status, Object.keys(json.fields ?? {})]).toEqual([400, [field]]);
});

test.each([
  [`key=${newId()}`, 404, 'key'],
  ['key=00000000-0000-0000-0000-000000000000', 404, 'key'],
  ['model=mystrey', 400, 'model'],
  ['tier=prioirty', 404, 'tier'],
])('%s is of nobody, which is said rather than answered with nothing used', async (filter, status, field) => {
  for (const format of ['json', 'csv']) {
    const answer = await data(`?${filter}&format=${format}`);
    expect([format, answer.status, Object.keys(answer.json.fields ?? {})]).toEqual([format, status, [field]]);
  }
});

test('whether a model is known costs no more for the thousands of years that a range may have', async () => {
  const client = await api.db.appPool.connect();
  client.release();
  const questions = vi.spyOn(Object.getPrototypeOf(client) as typeof client, 'query');
  for (const range of ['from=1000-01-01', 'from=1000-01-01&to=2400-12-31', 'from=2400-01-01&to=2800-12-31']) {
    const { status, json } = await data(`?model=mystrey&${range}`);
    expect([range, status, Object.keys(json.fields ?? {})]).toEqual([range, 400, ['model']]);
  }
  const values = questions.mock.calls.flatMap(
    ([question]) => (question as unknown as { values?: unknown[] }).values ?? [],
  );
  questions.mockRestore();
  // Day by day there would be half a million of them in one.
  const longest = Math.max(...values.map((value) => (Array.isArray(value) ? value.length : 0)));
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(1_000);
});

test('what is known and was not used in the range is nothing', async () => {
  for (const filter of ['model=gpt-5.1', 'model=mystery', 'tier=default', 'endUser=anybody']) {
    const { json } = await data(`?${filter}&from=2026-11-10&to=2026-11-11`);
    expect([filter, json.items, json.totals?.costUsd]).toEqual([filter, [], '0']);
    const csv = await data(`?${filter}&from=2026-11-10&to=2026-11-11&format=csv`);
    expect([filter, csv.text.trimEnd().split('\n').length]).toEqual([filter, 1]);
  }
});

test('CSV comes by Accept or by ?format, as a file, with all records of the filter', async () => {
  for (const answer of [await data('', { accept: 'text/csv' }), await data('?format=csv&limit=1')]) {
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=keyledger-usage.csv');
    expect(answer.text.trimEnd().split('\n')).toHaveLength(4);
  }
  expect((await data('?format=json', { accept: 'text/csv' })).json.items).toHaveLength(3);
  const head = await api.call('HEAD', '/data?format=csv', { token: viewer });
  expect([head.status, head.text]).toEqual([200, '']);
});

test('a CSV that breaks off half-way ends as a cut connection, never as a short file', async () => {
  const tenant = await api.addTenant('cut');
  const usages = Array.from({ length: 1_500 }, () => ({ at: '2026-11-20T10:00:00Z' }));
  await addTestUsage(api.db, tenant.id, usages);
  const token = await api.tokenOf('viewer', tenant);
  const { db } = api.deps;
  let batches = 0;
  let tellOfHead = (): void => undefined;
  const headHasCome = new Promise<void>((resolve) => (tellOfHead = resolve));
  const connect = async () => {
    if ((batches += 1) < 2) return db.appPool.connect();
    await headHasCome;
    throw new Error('connection lost');
  };
  api.deps.db = { ...db, appPool: { connect } } as unknown as typeof db;
  try {
    const response = await fetch(`${api.origin}/data?format=csv`, { headers: { 'x-api-key': token } });
    expect(response.status).toBe(200);
    tellOfHead();
    await expect(response.text()).rejects.toThrow('terminated');
    expect(batches).toBe(2);
  } finally {
    api.deps.db = db;
  }
  expect((await api.call('GET', '/data?format=csv', { token })).text.trimEnd().split('\n')).toHaveLength(1_501);
});

test('a long CSV is written as fast as it is read and not gathered', async () => {
  const tenant = await api.addTenant('busy');
  const at = (index: number) => new Date(Date.UTC(2026, 10, 20) - index * 60_000).toISOString();
  await addTestUsage(
    api.db,
    tenant.id,
    Array.from({ length: 5_000 }, (_, index) => ({ at: at(index) })),
  );
  const response = await fetch(`${api.origin}/data?format=csv`, {
    headers: { 'x-api-key': await api.tokenOf('viewer', tenant) },
  });
  let lines = 0;
  for await (const piece of response.body ?? [])
    lines +=
      Buffer.from(piece as Uint8Array)
        .toString()
        .split('\n').length - 1;
  expect(lines).toBe(5_001);
});

test('a reset without its confirmation is refused and clears nothing', async () => {
  const token = await api.tokenOf('admin');
  for (const [path, body] of [
    ['/reset', undefined],
    ['/reset?confirm=yes', undefined],
    ['/reset', { confirm: 'RESET' }],
  ] as const) {
    const { status, json } = await api.call('DELETE', path, { token, body });
    expect([status, json.code]).toEqual([400, 'confirmation-required']);
    expect(json.detail).toContain('?confirm=reset');
  }
  expect((await data()).json.totals.records).toBe(3);
});

test.each([
  ['/reset?confirm=reset', undefined],
  ['/reset', { confirm: 'reset' }],
])('DELETE %s with body %j clears the usage of this tenant alone', async (path, body) => {
  const one: Tenant = await api.addTenant(`reset-${newId().slice(-12)}`);
  await addTestUsage(api.db, one.id, [{ at: '2026-11-19T10:00:00Z' }]);
  const token = await api.tokenOf('admin', one);
  const { status, json } = await api.call('DELETE', path, { token, body });
  expect([status, json.deleted]).toEqual([200, { usageRecords: 1, usageHours: 1, probeRuns: 0, probeHours: 0 }]);
  expect((await api.call('GET', '/data', { token })).json.items).toEqual([]);
  expect((await data()).json.totals.records).toBe(3);
});
