import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { addReadOrganization } from '#testing/add-read-organization.js';
import { addTestReported } from '#testing/add-test-bill.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T23:30:00.000Z' }); // the 21st in Berlin
  tenant = await api.addTenant('reported', { reportingTimeZone: 'Europe/Berlin' });
  const organizationId = await addReadOrganization(api, tenant);
  await addTestReported(api.db, tenant.id, organizationId, [
    { at: '2026-11-20T22:00:00Z', requests: 3, costUsd: '4' },
    { at: '2026-11-20T23:00:00Z', requests: 2, costUsd: '0.25' },
    { at: '2026-11-20T23:00:00Z', requests: 7, costUsd: null, model: 'unheard-of', apiKeyId: '' },
    { at: '2026-11-20T23:00:00Z', requests: 1, costUsd: '1', projectId: 'proj_b' },
  ]);
});
afterAll(() => api.close());

const get = async (query = '', of = tenant) =>
  api.call('GET', `/usage/reported${query}`, { token: await api.tokenOf('viewer', of) });

test('the rows of today, and what they add up to, are what the figures say of it', async () => {
  const { json } = await get();
  expect(json).toMatchObject({ day: '2026-11-21', timeZone: 'Europe/Berlin', next: null, model: null });
  expect(json.totals).toMatchObject({ rows: 3, requests: 10, costUsd: '1.25', unpricedRequests: 7 });
  const token = await api.tokenOf('viewer', tenant);
  const figures = await api.call('GET', '/usage/summary?book=reported&range=today', { token });
  expect(figures.json.totals).toMatchObject({ requests: 10, costUsd: '1.25', unpricedRequests: 7 });
  expect(json.items.find(({ model }: { model: string }) => model === 'unheard-of')).toMatchObject({
    bucketAt: '2026-11-20T23:00:00.000Z',
    keyId: null,
    requests: 7,
    costUsd: null,
    costBasis: 'unpriced',
    costReason: 'unknown-model',
    priceVersion: 'test',
  });
});

test('pages follow each other, each row once', async () => {
  const first = (await get('?limit=2')).json;
  const second = (await get(`?limit=2&after=${first.next}`)).json;
  const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
  expect(new Set(ids).size).toBe(3);
  expect(second.next).toBeNull();
  expect(second.totals).toEqual(first.totals);
});

test('they are narrowed as figures are, to what has none as well', async () => {
  expect((await get('?project=proj_b')).json.totals).toMatchObject({ rows: 1, costUsd: '1' });
  expect((await get('?key=(none)')).json.totals).toMatchObject({ rows: 1, costUsd: null });
  expect((await get('?day=2026-11-20')).json.totals).toMatchObject({ rows: 1, costUsd: '4' });
});

test('what cannot be meant is refused, and names its field', async () => {
  for (const [query, status, field] of [
    ['?day=2026-13-01', 400, 'day'],
    ['?from=2026-11-01', 400, 'from'],
    ['?limit=501', 400, 'limit'],
    [`?after=${newId()}`, 400, 'after'],
    ['?project=proj_nope', 404, 'project'],
    ['?model=gpt-nope', 400, 'model'],
  ] as const) {
    const { status: given, json } = await get(query);
    expect([query, given, Object.keys(json.fields)]).toEqual([query, status, [field]]);
  }
});

test('another tenant has none of them', async () => {
  expect((await get('?day=2026-11-20', api.tenant)).json.items).toEqual([]);
});
