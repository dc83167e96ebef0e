import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let token: string;
let reader: PageVisitor;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z', createDashboard });
  token = await api.tokenOf('admin');
  reader = await signedInVisitor(api.origin, token);
});
afterAll(() => api.close());

const textOf = async (path: string) => readPage((await reader.get(path)).html);
async function store(label: string, body: object = {}): Promise<{ id: string; probe: { mode: string } }> {
  const key = simulatedSecret({ behaviour: 'healthy', label });
  return (await api.call('POST', '/keys', { token, body: { label, key, ...body } })).json;
}

test.each([
  ['unpriced', { model: 'gpt-99' }, 'Its model has no price, so only the list of models is asked'],
  ['capped', { dailyCapUsd: '0' }, 'One test costs more than it may a day, so only the list of models is asked'],
])('a key whose model is never asked is not said to work: %s', async (label, body, why) => {
  const { id, probe } = await store(label, body);
  expect(probe.mode).toBe('models');
  const page = await textOf(`/dashboard/keys/${id}`);
  expect(page).toContain(
    `This key is alive, but its model is not asked. ${why}, and neither credit nor model is tested.`,
  );
  expect(page).toContain('so only lists models, every 5 min');
  expect(page).toContain('expected free');
  const list = await textOf(`/dashboard/keys?q=${label}`);
  expect(list).toContain('Model not asked');
  expect(`${page} ${list}`).not.toMatch(/This key works|Healthy|Asks the model|price unknown/);
  const { location } = await reader.post(`/dashboard/keys/${id}/probe`, {});
  expect(await textOf(location)).toContain('free of charge. No model was asked.');
});

test('of a key that was never tested nobody said anything', async () => {
  const key = simulatedSecret({ behaviour: 'healthy', label: 'untested' });
  const { json } = await api.call('POST', '/keys?probe=false', { token, body: { label: 'untested', key } });
  const page = await textOf(`/dashboard/keys/${json.id}`);
  expect(page).toContain('Not tested yet');
  expect(page).not.toMatch(/Before any answer|OpenAI said/);
});

test('a price of one’s own has a model asked that had none', async () => {
  const { id } = await store('priced', { model: 'gpt-98' });
  const price = (kind: string) => ({ model: 'gpt-98', kind, usdPerUnit: '0.000001' });
  const body = { add: [price('input'), price('output')] };
  expect((await api.call('PATCH', '/prices', { token, body })).status).toBe(200);
  expect(await textOf(`/dashboard/keys/${id}`)).toContain('Asks the model, every 5 min');
  expect((await api.call('POST', `/keys/${id}/probe`, { token })).json).toMatchObject({ mode: 'completion' });
});

test('a dead key is not said to be tested as often as others', async () => {
  const { id } = await store('dead');
  expect(await textOf(`/dashboard/keys/${id}`)).not.toContain('less often');
  await withTenant(api.db, api.tenant.id, (tx) =>
    tx.providerKey.updateMany({ where: { id }, data: { health: 'dead', healthAt: api.clock.now() } }),
  );
  expect(await textOf(`/dashboard/keys/${id}`)).toContain('every 5 min; ever less often while it fails');
});

test('an admin key is told as what it is: it only lists, free of charge, and asks no model', async () => {
  const key = simulatedSecret({ behaviour: 'healthy', label: 'plain', kind: 'admin' });
  const { json } = await api.call('POST', '/keys', { token, body: { label: 'plain admin', key } });
  expect(json).toMatchObject({
    kind: 'admin',
    probeMode: 'models',
    expectedDailyCostUsd: '0',
    probe: { mode: 'models' },
  });
  const patched = await api.call('PATCH', `/keys/${json.id}`, { token, body: { probeMode: 'completion' } });
  expect(patched.json.probeMode).toBe('models');
  for (const path of [`/dashboard/keys/${json.id}`, '/dashboard/keys?q=plain']) {
    const text = await textOf(path);
    expect(text).toContain('Lists admin keys, free, every 5 min');
    expect(text).not.toMatch(/Asks the model|gpt-4o-mini/);
  }
  const edit = await reader.get(`/dashboard/keys/${json.id}/edit`);
  expect(edit.html).not.toMatch(/name="(?:model|dailyCapUsd)"|value="completion"|This will cost/);
  const form = { label: 'renamed admin', probeMode: 'models', intervalSecs: '' };
  const { location } = await reader.post(`/dashboard/keys/${json.id}/edit`, form);
  expect(await textOf(location)).toContain('“renamed admin” is changed.');
});

test('whoever comes to connect an organization is asked for an admin key, and only for what it has', async () => {
  const { html } = await reader.get('/dashboard/organizations');
  expect(html).toContain('href="/dashboard/keys/new?kind&#x3D;admin"');
  const asked = await reader.get('/dashboard/keys/new?kind=admin');
  expect(readPage(asked.html)).toContain('Connect an organization');
  expect(asked.html).toContain('placeholder="sk-admin-…"');
  expect(asked.html).not.toMatch(/name="(?:model|dailyCapUsd)"|value="completion"|This will cost/);
  const form = { label: 'acme', kind: 'admin', probeMode: 'models', intervalSecs: '' };
  const wrong = simulatedSecret({ behaviour: 'healthy', label: 'wrong' });
  const refused = await reader.post('/dashboard/keys', { ...form, key: wrong });
  expect([refused.status, readPage(refused.html)]).toEqual([
    400,
    expect.stringContaining('Admin keys begin with “sk-admin-”'),
  ]);
  expect(readPage(refused.html)).toContain('Connect an organization');
  const key = simulatedSecret({ behaviour: 'healthy', label: 'acme', kind: 'admin' });
  const { location } = await reader.post('/dashboard/keys', { ...form, key });
  expect(await textOf(location)).toContain('“acme” is stored. It works: OpenAI answered in');
});

async function storeAdminKey(label: string): Promise<string> {
  const key = simulatedSecret({ behaviour: 'healthy', label, kind: 'admin' });
  return (await api.call('POST', '/keys', { token, body: { label, key } })).json.id;
}

test('the page of an admin key says why its organization is not imported, and offers what helps', async () => {
  const id = await storeAdminKey('second');
  const fail = (importErrorCode: string | null) =>
    withTenant(api.db, api.tenant.id, (tx) =>
      tx.organization.updateMany({
        where: { providerKeyId: id },
        data: { importErrorCode, importFailedAt: importErrorCode && api.clock.now(), importError: 'As told.' },
      }),
    );
  await fail('same-organization');
  const { html } = await reader.get(`/dashboard/keys/${id}`);
  expect(readPage(html)).toContain('Two admin keys open the same organization. Delete one of the two keys');
  expect(readPage(html)).toContain('Its import: As told. Delete this key');
  expect(readPage(html)).not.toContain('This key works');
  await fail('refused');
  expect(await textOf(`/dashboard/keys/${id}`)).toMatch(/OpenAI refuses its admin key\..* Look at the import/);
  await fail(null);
  expect(await textOf(`/dashboard/keys/${id}`)).toContain('This key works. Nothing to do.');
});

test('after a test that proved nothing, the page says when the key last answered, not that it works', async () => {
  const { id } = await store('held');
  await withTenant(api.db, api.tenant.id, (tx) =>
    tx.providerKey.updateMany({ where: { id }, data: { lastOutcome: 'timeout', lastOkAt: '2026-11-20T11:58:00Z' } }),
  );
  const text = await textOf(`/dashboard/keys/${id}`);
  expect(text).toMatch(
    /This key last answered 2 min ago ?\. OpenAI did not answer in time, so the test proved nothing/,
  );
  expect(text).not.toContain('This key works');
});

test('a key that cannot be opened has no latency: nobody was asked', async () => {
  const { id } = await store('unopenable');
  const sealedSecret = new Uint8Array([1]);
  await withTenant(api.db, api.tenant.id, (tx) => tx.providerKey.updateMany({ where: { id }, data: { sealedSecret } }));
  expect((await api.call('POST', `/keys/${id}/probe`, { token })).json.outcome).toBe('cannot-open');
  const { html } = await reader.get(`/dashboard/keys/${id}`);
  const found = /badge-word">([^<]*)<\/span>(?:(?!<\/tr>).)*?data-label="Latency">(.*?)<\/td>/gs;
  const latencies = new Map([...html.matchAll(found)].map(([, word = '', latency = '']) => [word, latency]));
  expect(latencies.get('Cannot be opened')).toBe('–');
  expect(await textOf('/dashboard/keys?q=unopenable')).not.toContain('0 ms');
});
