import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import { beginClaimedProbes } from '#domain/probes/begin-claimed-probes.js';
import { claimProbe } from '#domain/probes/claim-probe.js';
import { type Behaviour, simulatedSecret } from '#simulator/simulated-key.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi();
  token = await api.tokenOf('admin');
});
afterAll(() => api.close());

let labels = 0;
const secretOf = (behaviour: Behaviour) => simulatedSecret({ behaviour, label: `k${(labels += 1)}` });
const store = (body: object, query = '') => api.call('POST', `/keys${query}`, { token, body });
const storeQuietly = async (over: object = {}) =>
  (await store({ label: `key ${(labels += 1)}`, key: secretOf('healthy'), ...over }, '?probe=false')).json;

test('a stored key is tested at once, and the answer says what was found and what it cost', async () => {
  const { status, json } = await store({ label: 'production', key: secretOf('healthy') });
  expect(status).toBe(201);
  expect(json).toMatchObject({
    label: 'production',
    kind: 'project',
    mask: expect.stringMatching(/^sk-proj-….{4}$/),
    model: 'gpt-4o-mini',
    probeMode: 'completion',
    intervalSecs: null,
    dailyCapUsd: '0.05',
    active: true,
    health: 'healthy',
    lastProbe: { outcome: 'ok', httpStatus: 200 },
    probes24h: { total: 1, ok: 1, failed: 0 },
    probe: { outcome: 'ok', ok: true, httpStatus: 200, costBasis: 'exact' },
  });
  expect(json.probe.costUsd).toMatch(/^0\.\d{1,12}$/);
  expect(json.expectedDailyCostUsd).toMatch(/^0\.\d{1,12}$/);
});

test('a secret that is pasted into a field which everybody reads is refused, and not repeated', async () => {
  for (const secret of [simulatedSecret({ behaviour: 'healthy', label: 'Pasted1' }), token]) {
    for (const body of [{ label: secret }, { label: 'l', model: `my ${secret}` }]) {
      const { status, text, json } = await store({ key: secretOf('healthy'), ...body });
      expect([status, json.code]).toEqual([400, 'invalid-request']);
      expect(text).not.toContain(secret);
    }
  }
  const key = 'sk-of-a-gateway-in-letters-alone';
  for (const body of [{ label: `my ${key}` }, { label: 'l', model: key }]) {
    const { status, text } = await store({ key: ` "${key}" `, ...body });
    expect([status, text.includes(key)]).toEqual([400, false]);
  }
  expect((await storeQuietly({ label: 'sk-learn-classification-service' })).label).toMatch(/^sk-learn/);
});

test('a key that turns out dead or out of credit is stored all the same, and said to be so', async () => {
  const dead = await store({ label: 'dead', key: secretOf('invalid') });
  expect([dead.status, dead.json.health, dead.json.probe.outcome, dead.json.probe.ok]).toEqual([
    201,
    'dead',
    'invalid-key',
    false,
  ]);
  expect(dead.json.probe.costUsd).toBeNull();
});

test('without a probe by wish, or by its mode, nothing is asked of OpenAI', async () => {
  expect(await storeQuietly()).toMatchObject({ probe: null, health: 'unknown', lastProbe: null });
  expect((await store({ label: 'off', key: secretOf('healthy'), probeMode: 'off' })).json).toMatchObject({
    probe: null,
    health: 'not-probed',
    nextProbeAt: null,
    expectedDailyCostUsd: '0',
  });
});

test('a stored key whose first probe could not be made is still said to be stored', async () => {
  const { recorder } = api.deps;
  api.deps.recorder = { record: () => Promise.reject(new Error('the database went away')) };
  const { status, json } = await store({ label: 'unlucky', key: secretOf('healthy') });
  api.deps.recorder = recorder;
  expect([status, json.label, json.probe]).toEqual([201, 'unlucky', null]);
});

test('a pasted key may have quotes and white space around it, and what is no key is refused without repeating it', async () => {
  expect((await store({ label: 'pasted', key: `  "${secretOf('healthy')}"\n` }, '?probe=false')).status).toBe(201);
  const refused = await store({ label: 'wrong', key: 'pk-live-4242424242' });
  expect(refused).toMatchObject({ status: 400, json: { code: 'not-a-provider-key' } });
  expect(refused.text).not.toContain('4242424242');
});

test('a model that no price and no usage names is stored with a notice, when it is added and when it is changed', async () => {
  const notices = ['No price book and no usage names “gtp-4o”; check the spelling.'];
  const stored = await storeQuietly({ model: 'gtp-4o' });
  expect([stored.model, stored.notices]).toEqual(['gtp-4o', notices]);
  const patch = async (body: object) => (await api.call('PATCH', `/keys/${stored.id}`, { token, body })).json;
  expect((await patch({ model: 'gpt-4o' })).notices).toEqual([]);
  expect(await patch({ model: 'gtp-4o' })).toMatchObject({ model: 'gtp-4o', notices });
  expect((await patch({ label: 'Renamed beside it' })).notices).toEqual([]);
  expect((await storeQuietly()).notices).toEqual([]);
});

test('a duplicate secret or label is a 409 that names the label that has it', async () => {
  const key = secretOf('healthy');
  await store({ label: 'First', key }, '?probe=false');
  const sameSecret = await store({ label: 'second', key });
  expect(sameSecret).toMatchObject({ status: 409, json: { code: 'duplicate-secret' } });
  expect(sameSecret.json.detail).toContain('First');
  const sameLabel = await store({ label: 'fIRST', key: secretOf('healthy') });
  expect(sameLabel).toMatchObject({ status: 409, json: { code: 'duplicate-label' } });
  expect(sameLabel.json.detail).toContain('First');
});

const aKey = secretOf('healthy');
test.each([
  [{}, ['label', 'key']],
  [{ label: ' ', key: aKey }, ['label']],
  [{ label: ' ', key: 'sk-x' }, ['label', 'key']],
  [{ label: 'x'.repeat(201), key: aKey }, ['label']],
  [{ label: '\u200B', key: aKey }, ['label']],
  [{ label: 'a\0b', key: aKey }, ['label']],
  [{ label: 'a\u202Eb', key: aKey }, ['label']],
  [{ label: 'x', key: aKey, model: 'gpt\u001B[31m' }, ['model']],
  [{ label: 'x', key: aKey, intervalSecs: 9 }, ['intervalSecs']],
  [{ label: 'x', key: aKey, intervalSecs: 10.5 }, ['intervalSecs']],
  [{ label: 'x', key: aKey, probeMode: 'often' }, ['probeMode']],
  [{ label: 'x', key: aKey, dailyCapUsd: 0.05 }, ['dailyCapUsd']],
  [{ label: 'x', key: aKey, dailyCapUsd: '-1' }, ['dailyCapUsd']],
  [{ label: 'x', key: aKey, colour: 'red' }, ['colour']],
])('the body %j is refused, and each fault named', async (body, fields) => {
  const { status, json } = await store(body);
  expect([status, json.code]).toEqual([400, 'invalid-request']);
  expect(Object.keys(json.fields)).toEqual(fields);
});

test('paging lists every key once, and refuses a cursor of its own making', async () => {
  const tenant = await api.addTenant('pager');
  const viewer = await api.tokenOf('operator', tenant);
  for (const label of ['a', 'b', 'c']) {
    await api.call('POST', '/keys?probe=false', { token: viewer, body: { label, key: secretOf('healthy') } });
  }
  const first = (await api.call('GET', '/keys?limit=2', { token: viewer })).json;
  const second = (await api.call('GET', `/keys?limit=2&after=${first.next}`, { token: viewer })).json;
  expect([...first.items, ...second.items].map(({ label }: { label: string }) => label)).toEqual(['a', 'b', 'c']);
  expect(second.next).toBeNull();
  for (const query of ['after=nonsense', 'limit=0', 'limit=201', 'limit=x', 'limt=5']) {
    expect((await api.call('GET', `/keys?${query}`, { token: viewer })).status).toBe(400);
  }
});

test('a patch changes what it names and nothing else', async () => {
  const before = await storeQuietly();
  const { json } = await api.call('PATCH', `/keys/${before.id}`, {
    token,
    body: { label: 'renamed', intervalSecs: 60, dailyCapUsd: '1.5', probeMode: 'models' },
  });
  expect(json).toMatchObject({ label: 'renamed', intervalSecs: 60, dailyCapUsd: '1.5', probeMode: 'models' });
  expect(json).toMatchObject({ model: before.model, mask: before.mask, active: true, createdAt: before.createdAt });
  expect((await api.call('PATCH', `/keys/${before.id}`, { token, body: {} })).status).toBe(400);
  const unset = await api.call('PATCH', `/keys/${before.id}`, { token, body: { intervalSecs: null } });
  expect(unset.json.intervalSecs).toBeNull();
});

test('a key is switched off and on again', async () => {
  const { id } = await storeQuietly();
  const off = await api.call('PATCH', `/keys/${id}/active`, { token, body: { active: false } });
  expect(off.json).toMatchObject({ active: false, health: 'inactive', nextProbeAt: null });
  const on = await api.call('PATCH', `/keys/${id}/active`, { token, body: { active: true } });
  expect(on.json).toMatchObject({ active: true, health: 'unknown' });
  expect((await api.call('PATCH', `/keys/${id}/active`, { token, body: { active: 'yes' } })).status).toBe(400);
});

test('a probe on demand answers its outcome, and OpenAI’s refusal is an answer, not an error', async () => {
  const { id } = await storeQuietly({ key: secretOf('no-credit') });
  const { status, json } = await api.call('POST', `/keys/${id}/probe`, { token });
  expect([status, json.outcome, json.ok, json.httpStatus]).toEqual([200, 'quota-exhausted', false, 429]);
  expect((await api.call('GET', `/keys/${id}`, { token })).json.probes24h).toEqual({ total: 1, ok: 0, failed: 1 });
});

test('a replaced secret keeps label, id and history, and forgets the old health', async () => {
  const { id } = await storeQuietly({ key: secretOf('invalid') });
  await api.call('POST', `/keys/${id}/probe`, { token });
  const replaced = await api.call('PUT', `/keys/${id}/secret`, { token, body: { key: secretOf('healthy') } });
  expect(replaced.json).toMatchObject({ id, health: 'unknown', probes24h: { total: 1 } });
  expect((await api.call('POST', `/keys/${id}/probe`, { token })).json.outcome).toBe('ok');
});

test('a deleted key is gone, its secret too, and its label is free again', async () => {
  const { id, label } = await storeQuietly();
  const deleted = await api.call('DELETE', `/keys/${id}`, { token });
  expect([deleted.status, deleted.text]).toEqual([204, '']);
  for (const [method, path] of [
    ['GET', `/keys/${id}`],
    ['DELETE', `/keys/${id}`],
    ['POST', `/keys/${id}/probe`],
  ] as const) {
    expect((await api.call(method, path, { token })).status).toBe(404);
  }
  const row = await withTenant(api.db, api.tenant.id, (tx) => tx.providerKey.findFirst({ where: { id } }));
  expect(row?.sealedSecret).toBeNull();
  expect((await store({ label, key: secretOf('healthy') }, '?probe=false')).status).toBe(201);
});

test('a platform administrator acts in the tenant that X-Tenant names; nobody else may name one', async () => {
  const other = await api.addTenant('customer');
  const platform = await api.tokenOf('platform-admin');
  const inCustomer = { 'x-tenant': 'customer' };
  const body = { label: 'theirs', key: secretOf('healthy') };
  const { json } = await api.call('POST', '/keys?probe=false', { token: platform, body, headers: inCustomer });
  expect((await api.call('GET', `/keys/${json.id}`, { token: platform })).status).toBe(404);
  expect((await api.call('GET', `/keys/${json.id}`, { token: await api.tokenOf('viewer', other) })).status).toBe(200);
  expect((await api.call('GET', '/keys', { token: platform, headers: { 'x-tenant': 'nobody' } })).status).toBe(404);

  const own = { 'x-tenant': api.tenant.slug };
  expect((await api.call('GET', '/keys', { token, headers: own })).status).toBe(200);
  const refusals = [inCustomer, { 'x-tenant': 'nobody' }].map((headers) =>
    api.call('GET', '/keys', { token, headers }),
  );
  const [known, unknown] = await Promise.all(refusals);
  expect([known?.status, known?.json.detail]).toEqual([403, unknown?.json.detail]);
});

test('a probe that another process holds and does not end is a 409 with the time to wait', async () => {
  const { id } = await storeQuietly({ key: secretOf('hang') });
  const runId = await claimProbe(api, api.tenant.id, { providerKeyId: id, trigger: 'manual' });
  await beginClaimedProbes(api.deps, api.tenant.id, { runIds: [runId ?? ''], leaseMs: 60_000 });
  const { deadlineMs } = api.deps.settings;
  api.deps.settings.deadlineMs = -3_600_000;
  const answer = await api.call('POST', `/keys/${id}/probe`, { token });
  api.deps.settings.deadlineMs = deadlineMs;
  expect([answer.status, answer.json.code, answer.headers.get('retry-after')]).toEqual([
    409,
    'probe-in-progress',
    '60',
  ]);
});

test('an id of no key is the same 404 for every method', async () => {
  const answers = await Promise.all(
    ['GET', 'DELETE'].map((method) =>
      api.call(method, `/keys/${newId()}`, { token, headers: { 'x-request-id': 'fixed-id' } }),
    ),
  );
  expect(answers[0]?.text).toBe(answers[1]?.text);
});
