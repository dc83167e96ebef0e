import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimImport } from '#domain/organizations/claim-import.js';
import { importOrganization } from '#domain/organizations/import-organization.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let id: string;
let viewer: string;
beforeAll(async () => {
  api = await startTestApi();
  viewer = await api.tokenOf('viewer');
  await addKey('Main', simulatedSecret({ behaviour: 'healthy', kind: 'admin' }));
  id = (await api.call('GET', '/organizations', { token: viewer })).json.items[0].id;
});
afterAll(() => api.close());

async function addKey(label: string, key: string): Promise<void> {
  const body = { label, key, probeMode: 'off' };
  expect((await api.call('POST', '/keys', { token: await api.tokenOf('admin'), body })).status).toBe(201);
}

async function importNow(): Promise<void> {
  const deps = { ...api.deps, importing: { ...api.deps.importing, historyDays: 7 } };
  const claim = await claimImport(deps, api.tenant.id, { organizationId: id, part: 'all' });
  if (claim) await importOrganization(deps, claim, new AbortController().signal);
}

test('an admin key connects an organization, which is shown with how far it was imported and what drifted', async () => {
  const before = (await api.call('GET', `/organizations/${id}`, { token: viewer })).json;
  expect(before).toMatchObject({ name: 'Main', openaiId: null, connected: true, importedAt: null });
  expect(before.progress).toMatchObject({ percent: 0 });
  const stored = api.simulator.controls.organization().keys[0];
  await addKey('Stored here too', stored?.secret ?? '');
  await importNow();
  const after = (await api.call('GET', `/organizations/${id}`, { token: viewer })).json;
  expect(after).toMatchObject({
    openaiId: 'org-sim',
    importError: null,
    spendLimit: { usd: '20000', isEnforcing: true },
  });
  expect(after.importedAt).toBe(api.clock.now().toISOString());
  expect(after.progress.feeds[0]).toMatchObject({ feed: 'costs', knownTo: api.clock.now().toISOString() });
  const drift = (await api.call('GET', `/organizations/${id}/drift?limit=200`, { token: viewer })).json;
  expect(drift.counts).toEqual(after.drift);
  expect(drift.items.filter(({ kind }: { kind: string }) => kind === 'unused')).toHaveLength(after.drift.unused);
  expect(drift.items.some(({ openaiKeyId }: { openaiKeyId: string }) => openaiKeyId === stored?.id)).toBe(false);
});

test('results that nobody knows are counted, and listed as they came', async () => {
  const other = await api.addTenant('unknown-results');
  const token = await api.tokenOf('admin', other);
  const key = simulatedSecret({ behaviour: 'unknown-results', kind: 'admin' });
  await api.call('POST', '/keys?probe=false', { token, body: { label: 'Main', key, probeMode: 'off' } });
  const organizationId = (await api.call('GET', '/organizations', { token })).json.items[0].id;
  const deps = { ...api.deps, importing: { ...api.deps.importing, historyDays: 7 } };
  const claim = await claimImport(deps, other.id, { organizationId, part: 'all' });
  if (claim) await importOrganization(deps, claim, new AbortController().signal);
  const { feeds } = (await api.call('GET', `/organizations/${organizationId}`, { token })).json.progress;
  const counted = feeds.reduce((sum: number, feed: { unknownResults: number }) => sum + feed.unknownResults, 0);
  const ids = new Set<string>();
  for (let next: string | null = ''; next !== null;) {
    const cursor: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
    const path = `/organizations/${organizationId}/unknown-results?limit=100${cursor}`;
    const { json } = await api.call('GET', path, { token });
    expect(json.items[0]).toMatchObject({
      object: 'organization.usage.dreams.result',
      result: { object: 'organization.usage.dreams.result', num_dreams: 7, project_id: null },
    });
    for (const item of json.items) ids.add(item.id);
    next = json.next;
  }
  expect(counted).toBeGreaterThan(100);
  expect(ids.size).toBe(counted);
  const none = await api.call('GET', `/organizations/${id}/unknown-results`, { token: viewer });
  expect(none.json).toEqual({ items: [], next: null });
});

test('a past that OpenAI refuses is told with when, is not backfilled, and is asked for again by “import now”', async () => {
  const other = await api.addTenant('refused-past');
  const token = await api.tokenOf('admin', other);
  const key = simulatedSecret({ behaviour: 'healthy', kind: 'admin' });
  await api.call('POST', '/keys?probe=false', { token, body: { label: 'Main', key, probeMode: 'off' } });
  const organizationId = (await api.call('GET', '/organizations', { token })).json.items[0].id;
  const now = api.clock.now();
  const before = new Date(now.getTime() - 7 * 86_400_000);
  before.setUTCHours(0, 0, 0, 0);
  api.simulator.controls.failNext({ path: '/organization/usage/images', status: 400, times: 1, before });
  const deps = { ...api.deps, importing: { ...api.deps.importing, historyDays: 10 } };
  const claim = await claimImport(deps, other.id, { organizationId, part: 'all' });
  if (claim) await importOrganization(deps, claim, new AbortController().signal);
  const look = async () => {
    const { importError, progress } = (await api.call('GET', `/organizations/${organizationId}`, { token })).json;
    const of = (name: string) => progress.feeds.find(({ feed }: { feed: string }) => feed === name);
    return { importError, images: of('images'), costs: of('costs') };
  };
  const knownFrom = before.toISOString();
  expect(await look()).toMatchObject({
    importError: null,
    images: { knownFrom, backfilled: false, refusedAt: now.toISOString() },
    costs: { backfilled: true, refusedAt: null },
  });
  await api.call('POST', `/organizations/${organizationId}/import`, { token });
  expect((await look()).images).toMatchObject({ knownFrom, backfilled: false, refusedAt: null });
});

test('drift comes in pages and by kind', async () => {
  const all = (await api.call('GET', `/organizations/${id}/drift?limit=200`, { token: viewer })).json;
  const seen: unknown[] = [];
  for (let next: string | null = ''; next !== null;) {
    const cursor: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
    const page = (await api.call('GET', `/organizations/${id}/drift?limit=7${cursor}`, { token: viewer })).json;
    seen.push(...page.items);
    next = page.next;
  }
  expect(seen).toEqual(all.items);
  const some = (await api.call('GET', `/organizations/${id}/drift?kind=no-owner-access`, { token: viewer })).json;
  expect(some.items).toHaveLength(all.counts['no-owner-access']);
  expect((await api.call('GET', `/organizations/${id}/drift?after=x`, { token: viewer })).status).toBe(400);
  expect((await api.call('GET', `/organizations/${id}/drift?after=unused%20%00`, { token: viewer })).status).toBe(400);
});

test('“import now” makes it due at once', async () => {
  const call = () =>
    api.tokenOf('operator').then((token) => api.call('POST', `/organizations/${id}/import`, { token }));
  expect((await call()).json.nextImportAt).toBe(api.clock.now().toISOString());
});

test('it may be renamed, and keeps its history when its key is deleted', async () => {
  const token = await api.tokenOf('admin');
  const renamed = await api.call('PATCH', `/organizations/${id}`, { token, body: { name: 'Head office' } });
  expect(renamed.json).toMatchObject({ name: 'Head office' });
  expect((await api.call('DELETE', `/keys/${renamed.json.keyId}`, { token })).status).toBe(204);
  const left = (await api.call('GET', `/organizations/${id}`, { token: viewer })).json;
  expect(left).toMatchObject({ connected: false, nextImportAt: null, keyLabel: 'Main' });
  expect(left.progress.feeds[0].rows).toBeGreaterThan(0);
  expect((await api.call('POST', `/organizations/${id}/import`, { token })).json).toMatchObject({
    code: 'invalid-request',
  });
});
