import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addReadOrganization } from '#testing/add-read-organization.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let reader: PageVisitor;
let organization: string;
const model = 'gpt-4o-mini-2024-07-18';
const days = ['2026-11-02', '2026-11-03', '2026-11-04'];
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-21T12:00:00.000Z', createDashboard });
  reader = await signedInVisitor(api.origin, await api.tokenOf('viewer'));
  const key = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: 'admin' });
  const body = { label: 'admin', key, probeMode: 'off' };
  const { json } = await api.call('POST', '/keys', { token: await api.tokenOf('admin'), body });
  organization = await addTestOrganization(api.db, api.tenant.id, { providerKeyId: json.id, name: 'ACME' });
  await addTestReported(api.db, api.tenant.id, organization, [
    ...days.map((day) => ({ at: `${day}T10:00:00Z`, costUsd: '10' })),
    { at: `2026-11-02T10:00:00Z`, model: 'gpt-9', costUsd: null },
    { at: `2026-11-20T10:00:00Z`, costUsd: '4' },
  ]);
  await addTestUsage(api.db, api.tenant.id, [{ at: '2026-11-02T10:00:00Z', costUsd: '1' }]);
  await addTestBilled(api.db, api.tenant.id, organization, [
    ...days.map((day) => ({ day, model, usd: '9' })),
    { day: '2026-11-02', lineItem: 'gpt-9, input_tokens', usd: '7' },
    { day: '2026-11-03', usd: '2.5' },
    { day: '2026-11-04', model: 'o3', usd: '0.25' },
    { day: '2026-11-20', model, usd: '1', readAt: '2026-11-21T11:00:00Z' },
  ]);
});
afterAll(() => api.close());

const plain = (html: string) => readPage(html).replace(/ ([.,])/g, '$1');
const look = async (query = '') => (await reader.get(`/dashboard/reconciliation${query}`)).html;
const addressesIn = (html: string) =>
  [...html.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='));
const section = (html: string, id: string) =>
  plain(new RegExp(`id="${id}"[^>]*>([\\s\\S]*?)</section>`).exec(html)?.[1] ?? '');
const rowsOf = (html: string) =>
  [...(/<tbody>([\s\S]*?)<\/tbody>/.exec(html)?.[1] ?? '').matchAll(/<tr[\s\S]*?<\/tr>/g)].map(([row]) => plain(row));

test('a tenant that has connected nothing is told what connecting brings', async () => {
  const stranger = await signedInVisitor(api.origin, await api.tokenOf('viewer', await api.addTenant('stranger')));
  const { status, html } = await stranger.get('/dashboard/reconciliation');
  expect(status).toBe(200);
  expect(html).toContain('There is no bill to compare with yet');
  expect(html).toContain('href="/dashboard/organizations"');
  expect(html).not.toContain('$0.00');
});

test('the totals stand side by side, and each difference says its reasons in sentences with their amounts', async () => {
  const html = await look();
  expect(section(html, 'books')).toBe(
    'Measured $1.00 Probes, and what your programs sent Reported $34.00 Usage at OpenAI, at our prices ' +
      'Billed $37.75 What OpenAI charges',
  );
  const differences = plain(html);
  for (const sentence of [
    '+$3.75 9.9 % of the bill',
    '+$7.00 is billed for models that have no price here. Add a price',
    `−$3.00 ${model} is billed at 90.0 % of our price on all 3 final days: a negotiated price, or a wrong one here.`,
    '−$3.00 is on days that are not final',
    '+$2.50 is fees of tools and storage, which have no tokens',
    '+$0.25 is explained by nothing that Keyledger knows.',
    '+$0.25 unexplained, 1.6 % of what differs',
    '+$33.00 is traffic from outside: calls that nobody told Keyledger of.',
  ]) {
    expect(differences).toContain(sentence);
  }
});

test('a row has the three books, both differences and why; a bill that is not final is marked', async () => {
  expect(rowsOf(await look())).toEqual([
    'Fri 20 Nov not final – $4.00 $1.00 −$3.00 −300.0 % not final +$4.00 +100.0 % outside',
    'Wed 4 Nov – $10.00 $9.25 −$0.75 −8.1 % other price unexplained +$10.00 +100.0 % outside',
    'Tue 3 Nov – $10.00 $11.50 +$1.50 +13.0 % tools, storage other price +$10.00 +100.0 % outside',
    'Mon 2 Nov $1.00 $10.00 $16.00 +$6.00 +37.5 % no price other price +$9.00 +90.0 % outside',
  ]);
  const [unpriced] = rowsOf(await look('?by=model')).filter((row) => row.startsWith('gpt-9'));
  expect(unpriced).toBe('gpt-9 – – $7.00 +$7.00 +100.0 % no price –');
});

test('a difference that its days explain is not said to be explained where a row is not', async () => {
  expect(plain(await look())).toContain('All of it has a reason');
  const projects = await look('?by=project');
  expect(rowsOf(projects).join('\n')).toContain('unexplained');
  expect(plain(projects)).toContain('Day by day, all of it has a reason; row by row, not all');
});

test('every figure leads to what it is made of, and every day to its models', async () => {
  expect(addressesIn(await look('?from=2026-11-02&to=2026-11-04'))).toEqual(
    expect.arrayContaining([
      '/dashboard/spend?book=measured&calendar=utc&from=2026-11-02&to=2026-11-02',
      '/dashboard/spend?book=reported&calendar=utc&from=2026-11-02&to=2026-11-02',
      '/dashboard/spend?book=billed&calendar=utc&from=2026-11-02&to=2026-11-02',
      '/dashboard/reconciliation?from=2026-11-02&to=2026-11-02&by=model',
      '/dashboard/reconciliation.csv?from=2026-11-02&to=2026-11-04',
      '/dashboard/reconciliation.csv?from=2026-11-02&to=2026-11-04&by=day&table=reconciliation',
    ]),
  );
  expect(addressesIn(await look('?by=project'))).toEqual(
    expect.arrayContaining([
      '/dashboard/spend?book=billed&calendar=utc&from=2026-11-01&to=2026-11-21&project=proj_a',
      '/dashboard/reconciliation?from=2026-11-01&to=2026-11-21&project=proj_a&by=key',
    ]),
  );
  expect(plain(await look('?by=key&project=proj_a'))).toContain('Project proj_a');
});

test.each([
  ['from=2026-11-05&to=2026-11-04', 'The range ends before it begins.'],
  ['from=2024-11-05', 'A reconciliation has at most 400 days.'],
  ['from=yesterday', '“From” is not a day.'],
  ['by=user', 'The books cannot be compared by that.'],
  ['organization=acme', 'There is no such organization.'],
])('a question that cannot be answered is said on the page, and makes no file: %s', async (query, words) => {
  const { status, html } = await reader.get(`/dashboard/reconciliation?${query}`);
  expect(status).toBe(400);
  expect(html).toContain(words);
  expect((await reader.get(`/dashboard/reconciliation.csv?${query}`)).status).toBe(400);
});

test.each([
  [
    `organization=${newId()}`,
    'There is no such organization. Remove the filter to see the rest.',
    '<option value="">All organizations',
  ],
  ['project=porj_a', 'There is no such project. Remove the filter to see the rest.', 'aria-label="All projects"'],
])(
  'an organization or project that is not here is said on the page, and can be removed: %s',
  async (query, words, removal) => {
    const { status, html } = await reader.get(`/dashboard/reconciliation?${query}&from=2026-11-02&to=2026-11-04`);
    expect(status).toBe(404);
    expect(plain(html)).toContain(words);
    expect(html).toContain(removal);
    expect(html).not.toContain('The three books');
    expect((await reader.get(`/dashboard/reconciliation.csv?${query}`)).status).toBe(404);
  },
);

test('an organization whose import fails is named above the figures that may lack it', async () => {
  const initech = await api.addTenant('initech');
  const visitor = await signedInVisitor(api.origin, await api.tokenOf('viewer', initech));
  const read = async () => plain((await visitor.get('/dashboard/reconciliation')).html);
  const id = await addReadOrganization(api, initech, 'Broken');
  const set = (data: { importErrorCode: string | null }) =>
    withTenant(api.db, initech.id, (tx) =>
      tx.organization.updateMany({ where: { id }, data: { importedAt: '2026-11-21T11:00:00Z', ...data } }),
    );
  await set({ importErrorCode: null });
  expect(await read()).not.toContain('figures here may lack');
  await set({ importErrorCode: 'forbidden' });
  expect(await read()).toContain('Broken was not imported to the end: figures here may lack some of it.');
});

test('a project that is not here is taken out of the question, of which the rest is kept', async () => {
  const { html } = await reader.get('/dashboard/reconciliation?project=porj_a&from=2026-11-02&to=2026-11-04&by=model');
  expect(plain(html)).toContain('Project porj_a');
  expect(addressesIn(html)).toContain('/dashboard/reconciliation?from=2026-11-02&to=2026-11-04&by=model');
});
