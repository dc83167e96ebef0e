import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { postSpend } from '#domain/ledger/post-spend.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let tenant: Tenant;
let admin: string;
let organization: string;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z' });
});
beforeEach(async () => {
  tenant = await api.addTenant(`tenant-${newId()}`);
  admin = await api.tokenOf('admin', tenant);
  organization = await connect('ACME');
});
afterAll(() => api.close());

async function connect(name: string, importErrorCode?: string): Promise<string> {
  const key = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: newId() });
  const stored = await api.call('POST', '/keys?probe=false', { token: admin, body: { label: name, key } });
  return addTestOrganization(api.db, tenant.id, {
    providerKeyId: stored.json.id,
    name,
    ...(importErrorCode && { importErrorCode }),
  });
}

const post = (path: string, body: object) => api.call('POST', `/ledger/${path}`, { token: admin, body });
const get = async (path: string) => (await api.call('GET', path, { token: admin })).json;

test('the one number: what OpenAI showed, less bills since, less what today is thought to cost', async () => {
  await addTestReported(api.db, tenant.id, organization, [{ at: '2026-11-20T09:00:00Z', costUsd: '0.5' }]);
  expect(await get('/ledger/balance')).toMatchObject({ balanceUsd: null, since: null, reasons: expect.anything() });
  const synced = await post('sync', { statedUsd: '42.93' });
  expect(synced).toMatchObject({
    status: 201,
    json: { kind: 'sync', statedUsd: '42.93', computedUsd: null, estimatedUsd: '0.5', amountUsd: '42.93' },
  });
  await addTestReported(api.db, tenant.id, organization, [{ at: '2026-11-20T12:00:00Z', costUsd: '0.000000000001' }]);
  expect(await get('/ledger/balance')).toMatchObject({
    organizationId: organization,
    balanceUsd: '42.929999999999',
    lastSync: { id: synced.json.id, at: '2026-11-20T12:00:00.000Z', statedUsd: '42.93' },
    since: { depositsUsd: '0', billedUsd: '0', estimatedUsd: '0.000000000001' },
    todayUsd: '0.500000000001',
    age: { costsReadAt: null },
    burnRate7: null,
    daysToZero: null,
  });
});

test('a second key of the same organization makes it neither two, of which one has to be named, nor another balance', async () => {
  await connect('ACME again', 'same-organization');
  expect(await get('/ledger/balance')).toMatchObject({ organizationId: organization });
  await connect('Other');
  expect(await get('/ledger/balance')).toMatchObject({ code: 'invalid-request' });
});

test('what today has cost is null where none of it has a price, beside how many requests that are', async () => {
  await addTestReported(api.db, tenant.id, organization, [{ at: '2026-11-20T09:00:00Z', requests: 7, costUsd: null }]);
  expect(await get('/ledger/balance')).toMatchObject({ todayUsd: null, todayUnpricedRequests: 7, unpricedRequests: 7 });
});

test('the ledger lists bills with their day, revisions, and the balance at the end of each day', async () => {
  await post('deposits', { amountUsd: '100', at: '2026-11-10', note: 'invoice 7' });
  await addTestBilled(api.db, tenant.id, organization, [{ day: '2026-11-12', usd: '2.5' }]);
  await postSpend(api, tenant.id, organization);
  await addTestBilled(api.db, tenant.id, organization, [{ day: '2026-11-12', usd: '0.5', lineItem: 'late' }]);
  await postSpend(api, tenant.id, organization);
  const page = await get('/ledger?limit=2');
  expect(page.items).toMatchObject([
    { kind: 'spend', amountUsd: '-0.5', isRevision: true, bill: { amountUsd: '3', isProvisional: false } },
    { kind: 'spend', amountUsd: '-2.5', isRevision: false, billedOn: '2026-11-12', dayEndBalanceUsd: '97' },
  ]);
  const rest = await get(`/ledger?limit=2&after=${page.next}`);
  expect(rest).toMatchObject({
    items: [{ kind: 'deposit', reason: 'invoice 7', expiresAt: '2027-11-11T00:00:00.000Z', dayEndBalanceUsd: '100' }],
    next: null,
  });
  const csv = await api.call('GET', '/ledger?format=csv', { token: admin });
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const lines = csv.text.trim().split('\n');
  expect(lines.map((text) => text.split(',').slice(1, 4).join(','))).toEqual([
    'kind,amount_usd,billed_on',
    'spend,-0.5,2026-11-12',
    'spend,-2.5,2026-11-12',
    'deposit,100,',
  ]);
});

test('a note that is a formula is harmless in a spreadsheet, and an amount stays a number', async () => {
  await post('corrections', { amountUsd: '-3', reason: '=1+1' });
  const { text } = await api.call('GET', '/ledger?format=csv', { token: admin });
  expect(text).toContain(',correction,-3,');
  expect(text).toContain(",'=1+1,");
});

describe('which organization is meant', () => {
  test('has to be said when there are several, and they are named', async () => {
    const other = await connect('Globex');
    const answer = await api.call('GET', '/ledger/balance', { token: admin });
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid-request']);
    expect(answer.json.fields.organization).toContain(`${other} (Globex)`);
    expect((await post('deposits', { amountUsd: '5', organization: other })).json.organizationId).toBe(other);
    expect((await get(`/ledger?organization=${organization}`)).items).toEqual([]);
  });

  test('is nobody’s where none is connected, and another tenant’s is as absent as none', async () => {
    const stranger = await api.tokenOf('admin', await api.addTenant(`t-${newId()}`));
    const codeOf = async (path: string) => (await api.call('GET', path, { token: stranger })).json.code;
    expect(await codeOf('/ledger')).toBe('no-organization');
    expect(await codeOf(`/ledger?organization=${organization}`)).toBe('not-found');
    expect(await codeOf(`/ledger?format=csv&organization=${organization}`)).toBe('not-found');
    expect(await codeOf(`/ledger/balance?organization=${newId()}`)).toBe('not-found');
  });
});

test('the same idempotency key leaves one entry, and answers with it', async () => {
  const body = { amountUsd: '25', idempotencyKey: 'invoice-7' };
  const answers = await Promise.all(Array.from({ length: 5 }, () => post('deposits', body)));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
  expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
  expect((await get('/ledger/balance')).balanceUsd).toBe('25');
  const reused = await post('deposits', { ...body, amountUsd: '26' });
  expect([reused.status, Object.keys(reused.json.fields)]).toEqual([400, ['idempotencyKey']]);
});

test('halves of surrogate pairs, which would be stored as the same character, are refused', async () => {
  for (const half of ['\uD83D', '\uDE00']) {
    const { status, json } = await post('deposits', { amountUsd: '25', note: `k${half}`, idempotencyKey: `k${half}` });
    const why = 'must be well-formed Unicode, without half of a surrogate pair';
    expect([status, json.fields]).toEqual([400, { note: why, idempotencyKey: why }]);
  }
  expect((await post('deposits', { amountUsd: '25', idempotencyKey: 'k\u{1F600}' })).status).toBe(201);
});

test('an entry is undone by its id, once', async () => {
  const { json } = await post('sync', { statedUsd: '4293' });
  const undone = await post('corrections', { undoId: json.id, reason: 'typed without its point' });
  expect(undone).toMatchObject({ status: 201, json: { aboutId: json.id, amountUsd: '-4293' } });
  expect((await get('/ledger/balance')).balanceUsd).toBeNull();
  expect((await post('corrections', { undoId: json.id, reason: 'again' })).status).toBe(400);
});

test.each([
  ['deposits', { amountUsd: '0' }, 'amountUsd'],
  ['deposits', { amountUsd: '-5' }, 'amountUsd'],
  ['deposits', { amountUsd: '5.0000000000001' }, 'amountUsd'],
  ['deposits', { amountUsd: '5', at: '2026-11-21' }, 'at'],
  ['deposits', { amountUsd: '5', at: '2026-11-20T13:00:00Z' }, 'at'],
  ['deposits', { amountUsd: '5', lastDay: '2026-11-01' }, 'lastDay'],
  ['sync', { statedUsd: '1e3' }, 'statedUsd'],
  ['sync', { statedUsd: 42.93 }, 'statedUsd'],
  ['sync', {}, 'statedUsd'],
  ['corrections', { amountUsd: '5', undoId: newId(), reason: 'x' }, 'amountUsd'],
  ['corrections', { amountUsd: '5' }, 'reason'],
  ['corrections', { amountUsd: '0.00', reason: 'x' }, 'amountUsd'],
])('%s of %j is refused at the field %s, and leaves nothing', async (path, body, field) => {
  const { status, json } = await post(path, body);
  expect([status, Object.keys(json.fields)]).toEqual([400, [field]]);
  expect((await get('/ledger')).items).toEqual([]);
});
