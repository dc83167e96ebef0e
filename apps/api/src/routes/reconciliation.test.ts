import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let viewer: string;
let organization: string;
const model = 'gpt-4o-mini-2024-07-18';
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z' });
  viewer = await api.tokenOf('viewer');
  const key = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: 'admin' });
  const body = { label: 'admin', key, probeMode: 'off' };
  const { json } = await api.call('POST', '/keys', { token: await api.tokenOf('admin'), body });
  organization = await addTestOrganization(api.db, api.tenant.id, { providerKeyId: json.id });
  await addTestReported(api.db, api.tenant.id, organization, [{ at: '2026-11-03T10:00:00Z', costUsd: '10' }]);
  await addTestUsage(api.db, api.tenant.id, [{ at: '2026-11-03T10:00:00Z', costUsd: '4' }]);
  await addTestBilled(api.db, api.tenant.id, organization, [
    { day: '2026-11-03', model, usd: '10' },
    { day: '2026-11-03', usd: '2.5' },
    { day: '2026-10-31', model, usd: '1' },
  ]);
});
afterAll(() => api.close());

const ask = (query = '', token = viewer, headers: Record<string, string> = {}) =>
  api.call('GET', `/reconciliation${query}`, { token, headers });

test('a long range has a row per month, and days only when it is asked for them in pieces', async () => {
  const { json } = await ask('?from=2026-08-01');
  expect([json.by, json.items.map(({ group }: { group: string }) => group)]).toEqual(['month', ['2026-10', '2026-11']]);
  const byDay = await ask('?from=2026-08-01&by=day');
  expect([byDay.status, byDay.json.fields]).toEqual([
    400,
    { by: 'By day, a range has at most 62 days; by month, at most 400.' },
  ]);
  // The bill itself has a row per day of any range.
  expect((await ask('?from=2026-08-01&format=csv')).status).toBe(200);
});

test('each row has the three books as exact amounts, and both differences in parts that sum to them', async () => {
  const { status, json } = await ask('?range=this-month');
  expect(status).toBe(200);
  expect([json.from, json.to, json.by]).toEqual(['2026-11-01', '2026-11-20', 'day']);
  const books = {
    measuredUsd: '4',
    reportedUsd: '10',
    billedUsd: '12.5',
    billedLessReported: { usd: '2.5', percent: 20, parts: [{ reason: 'tool-or-storage-fees', usd: '2.5' }] },
    reportedLessMeasured: {
      usd: '6',
      percent: 60,
      parts: [{ reason: 'outside-traffic', usd: '6' }],
    },
  };
  expect(json.total).toEqual(books);
  const day = { group: '2026-11-03', name: '2026-11-03', keyId: null, openaiKeyIds: [], isProvisional: false };
  expect(json.items).toEqual([{ ...day, ...books }]);
  expect([json.provisionalDays, json.firstProvisionalDay]).toEqual([19, '2026-11-01']);
});

test('a bill is a file with the columns of FOCUS, and the comparison another', async () => {
  const bill = await ask('?from=2026-10-01', viewer, { accept: 'text/csv' });
  expect(bill.headers.get('content-disposition')).toContain('keyledger-bill-2026-10-01-to-2026-11-20.csv');
  expect(bill.text).toMatch(/^BilledCost,BillingAccountId,/);
  expect(bill.text.trimEnd().split('\n')).toHaveLength(4);
  const table = await ask('?range=this-month&by=model&format=csv&table=reconciliation');
  expect(table.headers.get('content-disposition')).toContain('keyledger-reconciliation-by-model-2026-11-01');
  expect(table.text).toMatch(/^model,name,is_provisional,measured_usd,/);
  expect(table.text.trimEnd().split('\n')).toHaveLength(3);
});

test.each([
  ['?from=2026-11-02&to=2026-11-01', 'from'],
  ['?from=2025-01-01&to=2026-11-01', 'to'],
  ['?by=user', 'by'],
  ['?from=2026-11-02T00:00:00Z', 'from'],
  ['?limit=1001', 'limit'],
  ['?table=prices', 'table'],
])('%s is refused at “%s”, as JSON and as a file', async (query, field) => {
  for (const format of ['json', 'csv']) {
    const { status, json } = await ask(`${query}&format=${format}`);
    expect(status).toBe(400);
    expect(Object.keys(json.fields)).toEqual([field]);
  }
});

test('a project is known by usage or by a bill alone; one of nobody is said, not answered with zeros', async () => {
  await addTestReported(api.db, api.tenant.id, organization, [{ at: '2026-11-05T10:00:00Z', projectId: 'proj_used' }]);
  await addTestBilled(api.db, api.tenant.id, organization, [
    { day: '2026-11-05', projectId: 'proj_billed', usd: '1' },
    { day: '2024-11-05', projectId: 'proj_past', usd: '1' },
  ]);
  const asked = [
    ['project=proj_used&from=2026-11-20', 200],
    ['project=proj_billed&from=2026-11-20', 200],
    ['project=proj_past&from=2024-11-01&to=2024-11-30', 200],
    ['project=proj_past', 404],
    ['project=porj_used', 404],
  ] as const;
  for (const [query, status] of asked) {
    for (const format of ['format=json', 'format=csv', 'format=csv&table=reconciliation']) {
      const answer = await ask(`?${query}&${format}`);
      const isNamed = answer.text.includes('"fields":{"project":"There is no such project.');
      expect([query, format, answer.status, isNamed]).toEqual([query, format, status, status === 404]);
    }
  }
});

test('another tenant’s organization is as absent as one that never was', async () => {
  const stranger = await api.tokenOf('admin', await api.addTenant('stranger'));
  for (const format of ['json', 'csv']) {
    for (const id of [organization, newId()]) {
      const { status, text } = await ask(`?organization=${id}&format=${format}`, stranger);
      expect([status, text.includes('There is no such organization.')]).toEqual([404, true]);
    }
  }
  expect((await ask('?format=csv&from=2026-10-01', stranger)).text.trimEnd().split('\n')).toHaveLength(1);
});
