import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let reader: PageVisitor;
let token: string;
beforeAll(async () => {
  // Ten past midnight in Berlin, and still yesterday in UTC.
  api = await startTestApi({ now: '2026-11-20T23:10:00.000Z', createDashboard });
  const tenant = await api.addTenant('globex', { reportingTimeZone: 'Europe/Berlin' });
  token = await api.tokenOf('admin', tenant);
  reader = await signedInVisitor(api.origin, token);
  await addTestUsage(api.db, tenant.id, [
    { at: '2026-11-20T23:05:00Z', model: 'gpt-5.1', costUsd: '1.25', source: 'event' },
    { at: '2026-11-20T22:55:00Z', model: 'gpt-5.1', costUsd: '2', source: 'event' },
    { at: '2026-11-10T12:00:00Z', model: 'o3', costUsd: '4', source: 'probe' },
    ...Array.from({ length: 60 }, () => ({ at: '2026-11-09T12:00:00Z', model: 'o3', costUsd: '0.01' })),
  ]);
});
afterAll(() => api.close());

const textOf = async (path: string) => readPage((await reader.get(path)).html);
const addKey = async (label: string, body: object = {}) =>
  (
    await api.call('POST', '/keys', {
      token,
      body: { label, key: simulatedSecret({ behaviour: 'healthy', label: label.replace(/\W/g, '') }), ...body },
    })
  ).json.id as string;

test('days are those of the tenant’s zone', async () => {
  await addKey('only-one', { probeMode: 'off' });
  const overview = await textOf('/dashboard');
  expect(overview).toContain('Today so far measured $1.25');
  expect(overview).toContain('Spend this month measured $7.85');
  expect(overview).toContain('Times in Europe/Berlin.');
});

test('usage is filtered, summed and paged by what its address says', async () => {
  const all = await reader.get('/dashboard/usage');
  expect(readPage(all.html)).toContain('63 records');
  const [, older = ''] = /href="([^"]+)" rel="next"/.exec(all.html) ?? [];
  const next = await reader.get(older.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='));
  expect([next.status, next.html.match(/<tr>\s*<td class="cell-whole/g)?.length]).toEqual([200, 13]);
  expect(await textOf('/dashboard/usage?model=o3&source=probe')).toContain('Total of this view 1 record');
  const today = await textOf('/dashboard/usage?from=2026-11-21&to=2026-11-21');
  expect(today).toContain('Total of this view 1 record');
  expect(await textOf('/dashboard/usage?to=2026-11-20&model=gpt-5.1')).toContain('$2.00');
});

test('usage can be narrowed to each model and tier of the days drawn, in order, and to what is asked for', async () => {
  const optionsOf = async (name: string, query = '') => {
    const { html } = await reader.get(`/dashboard/usage${query}`);
    const [, select = ''] = new RegExp(`name="${name}"[^]*?>([^]*?)</select>`).exec(html) ?? [];
    return [...select.matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value);
  };
  expect(await optionsOf('model')).toEqual(['', 'gpt-5.1', 'o3']);
  expect(await optionsOf('model', '?from=2026-11-20&to=2026-11-21')).toEqual(['', 'gpt-5.1']);
  expect(await optionsOf('model', '?from=2026-11-20&model=o3')).toEqual(['', 'o3', 'gpt-5.1']);
  expect(await optionsOf('tier')).toEqual(['', 'default']);
});

test('the chart shows the days that the totals are of, and says when it cannot', async () => {
  const tenant = await api.addTenant('old', { reportingTimeZone: 'Europe/Berlin' });
  const visitor = await signedInVisitor(api.origin, await api.tokenOf('admin', tenant));
  const look = async (query = '') => {
    const { status, html } = await visitor.get(`/dashboard/usage${query}`);
    const [, span] = /by model, ([^<]+)</.exec(html) ?? [];
    return { status, span, columns: html.match(/<g class="column"/g)?.length };
  };
  expect(await look()).toEqual({ status: 200, span: undefined, columns: undefined });
  await addTestUsage(api.db, tenant.id, [{ at: '2026-11-20T12:00:00Z', costUsd: '1' }]);
  expect(await look()).toEqual({ status: 200, span: 'this view', columns: 30 });
  await addTestUsage(api.db, tenant.id, [{ at: '2026-09-22T12:00:00Z', costUsd: '1' }]);
  expect(await look()).toEqual({ status: 200, span: 'this view', columns: 61 });
  expect(await look('?from=2026-11-20&to=2026-11-21')).toEqual({ status: 200, span: 'this view', columns: 2 });
  expect(await look('?from=2020-01-01')).toEqual({ status: 200, span: 'this view', columns: 92 });
  expect((await look('?from=2030-01-01')).status).toBe(200);
  await addTestUsage(api.db, tenant.id, [{ at: '2026-08-20T12:00:00Z', costUsd: '1' }]);
  expect(await look()).toEqual({ status: 200, span: 'last 92 days of this view', columns: 92 });
});

test.each([
  ['from=2026-11-21&to=2026-11-20', 'The range ends before it begins.'],
  ['from=yesterday', '“From” is not a day.'],
  ['key=nonsense', 'There is no such key.'],
  ['source=elsewhere', 'There is no such source.'],
  [`key=${newId()}`, 'There is no such key.'],
  ['model=gtp-5.1', 'There is no such model.'],
  ['tier=prioirty', 'There is no usage of this tier.'],
])('a filter that cannot be is said, and nothing else is shown instead: %s', async (query, words) => {
  const { status, html } = await reader.get(`/dashboard/usage?${query}`);
  expect(status).toBe(400);
  expect(html).toContain(words);
  expect(html).not.toMatch(/No usage in this view|in 0 records|id="usage-rows"/);
  const file = await reader.get(`/dashboard/usage.csv?${query}`);
  expect(file.status).toBeOneOf([400, 404]);
  expect(file.headers.get('content-type')).toBe('text/html; charset=utf-8');
});

test('where nothing was used yet, whoever may is shown the next step', async () => {
  const tenant = await api.addTenant('unused');
  const opened = async (role: 'viewer' | 'operator') =>
    (await (await signedInVisitor(api.origin, await api.tokenOf(role, tenant))).get('/dashboard/usage')).html;
  expect(await opened('operator')).toMatch(/No usage yet[^]*href="\/dashboard\/keys\/new">Add a key</);
  expect(await opened('viewer')).not.toContain('/keys/new');
});

test('the CSV is the file that the API gives for the same filter', async () => {
  const file = await reader.get('/dashboard/usage.csv?model=o3&from=2026-11-10&to=&source=');
  expect(file.headers.get('content-disposition')).toBe('attachment; filename=keyledger-usage.csv');
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const { text: csv } = await api.call('GET', '/data?format=csv&model=o3&from=2026-11-10', { token });
  expect(file.html).toBe(csv);
  expect(csv.split('\n')).toHaveLength(3);
});

test('a cursor that is none of ours is a page that says so', async () => {
  const id = await addKey('paged', { probeMode: 'off' });
  for (const path of ['/dashboard/usage', '/dashboard/keys', `/dashboard/keys/${id}`]) {
    expect([path, (await reader.get(`${path}?cursor=*`)).status]).toEqual([path, 400]);
  }
});

test('keys are found by text and state, and the counts are of all', async () => {
  await addKey('found-me');
  const found = await textOf('/dashboard/keys?q=FOUND&state=working');
  expect(found).toContain('found-me');
  expect(found).not.toContain('only-one');
  expect(await textOf('/dashboard/keys?q=found&state=failing')).toContain('No key matches');
});

test('a key that lacks a scope is limited: found there, counted there, and not as working', async () => {
  const key = simulatedSecret({ behaviour: 'missing-scope', label: 'scopeless' });
  await api.call('POST', '/keys', { token, body: { label: 'scopeless', key } });
  const limited = await textOf('/dashboard/keys?q=scopeless&state=limited');
  expect(limited).toContain('limited 1');
  expect(limited).toContain('Lacks scope');
  expect(await textOf('/dashboard/keys?q=scopeless&state=working')).toContain('No key matches');
  expect(await textOf('/dashboard')).toContain('1 limited');
});

test('a finding that nobody confirmed is not shown as healthy any more', async () => {
  const id = await addKey('grows-old', { intervalSecs: 60 });
  const badge = async () =>
    /id="key-badge"[\s\S]*?badge-word">([^<]+)</.exec((await reader.get(`/dashboard/keys/${id}`)).html)?.[1];
  expect(await badge()).toBe('Healthy');
  api.clock.advance(211_000);
  expect(await badge()).toBe('Unknown');
});

test('without a worker every page warns that states grow old', async () => {
  for (const path of ['/dashboard', '/dashboard/keys', '/dashboard/usage', '/dashboard/prices']) {
    expect(await textOf(path)).toContain('No key has been tested yet: the worker has not reported in.');
  }
});

test('a page costs the same number of connections and queries, however many keys and records there are', async () => {
  const tenant = await api.addTenant('growing');
  const visitor = await signedInVisitor(api.origin, await api.tokenOf('admin', tenant));
  const client = await api.db.appPool.connect();
  client.release();
  const looks = vi.spyOn(api.db.appPool, 'connect');
  const queries = vi.spyOn(Object.getPrototypeOf(client) as typeof client, 'query');
  const countLooks = async (path: string) => {
    looks.mockClear();
    queries.mockClear();
    expect((await visitor.get(path)).status).toBe(200);
    return { connections: looks.mock.calls.length, queries: queries.mock.calls.length };
  };
  const addKeys = (count: number) =>
    withTenant(api.db, tenant.id, (tx) =>
      tx.providerKey.createMany({
        data: Array.from({ length: count }, () => ({
          tenantId: tenant.id,
          id: newId(),
          label: newId(),
          mask: 'sk-…',
          model: 'gpt-5.1',
          probeDailyCapUsd: '1',
          health: 'dead',
          sealedSecret: new Uint8Array([1]),
          fingerprint: new TextEncoder().encode(newId()),
        })),
      }),
    );
  const countAll = async () => [
    await countLooks('/dashboard'),
    await countLooks('/dashboard/keys'),
    await countLooks('/dashboard/usage'),
    await countLooks('/dashboard/prices'),
  ];
  await addKeys(1);
  await countAll(); // a tenant's own prices are read once and remembered
  const few = await countAll();
  await addKeys(100);
  expect(await countAll()).toEqual(few);
  expect(few.map(({ connections }) => connections)).toEqual([5, 5, 3, 2]);
  looks.mockRestore();
  queries.mockRestore();
});

test.each([
  ['with a null character', '/dashboard/usage?key=a%00b', 400, 'An address cannot hold a null character.'],
  ['that is no UTF-8', '/dashboard/keys/%e0%a4', 400, 'The address is not percent-encoded UTF-8.'],
  ['that is too long', `/dashboard/usage?model=${'y'.repeat(9000)}`, 414, 'An address may have 8192 characters.'],
])('an address %s is refused with a page', async (_what, path, status, text) => {
  const page = await reader.get(path, { cookie: 'theme=dark' });
  expect([page.status, page.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
  expect(page.headers.get('cache-control')).toBe('private, no-store');
  expect(page.html).toContain('data-theme="dark"');
  expect(readPage(page.html)).toContain(text);
});
