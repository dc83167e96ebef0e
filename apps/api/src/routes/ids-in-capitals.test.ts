import { afterAll, beforeAll, expect, test } from 'vitest';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addReadOrganization } from '#testing/add-read-organization.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let token: string;
let keyId: string;
let organizationId: string;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z' });
  token = await api.tokenOf('admin');
  const key = simulatedSecret({ behaviour: 'healthy', label: 'used' });
  const stored = await api.call('POST', '/keys', { token, body: { label: 'used', key, probeMode: 'off' } });
  keyId = stored.json.id;
  organizationId = await addReadOrganization(api, api.tenant);
  await addTestProjects(api.db, api.tenant.id, organizationId, {
    seenAt: '2026-11-20T10:00:00Z',
    projects: [{ id: 'proj_a', keys: [{ id: 'key_a', providerKeyId: keyId }] }],
  });
  await addTestUsage(api.db, api.tenant.id, [{ at: '2026-11-18T10:00:00Z', keyId, costUsd: '1.25' }]);
});
afterAll(() => api.close());

const ask = async (path: string) => (await api.call('GET', path, { token })).json;

test('an id in capitals is the same id, and no figure of it is 0', async () => {
  const used = await ask(`/data?key=${keyId}`);
  expect(used.totals.costUsd).toBe('1.25');
  expect(await ask(`/data?key=${keyId.toUpperCase()}`)).toEqual(used);
  for (const path of ['/usage/summary?book=measured&range=last-7-days', '/reconciliation?by=model']) {
    const figures = await ask(`${path}&organization=${organizationId}`);
    expect(JSON.stringify(figures)).toContain('"1.25"');
    expect(await ask(`${path}&organization=${organizationId.toUpperCase()}`)).toEqual(figures);
  }
});

test('an event that names its key in capitals is an event of that key', async () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const body = { idempotencyKey: 'capitals', model: 'gpt-4o', usage, keyId: keyId.toUpperCase() };
  expect(await api.call('POST', '/usage/events', { token, body })).toMatchObject({ json: { accepted: 1 } });
  const { items } = await ask(`/data?key=${keyId}`);
  expect(items[0]).toMatchObject({ model: 'gpt-4o', source: 'event' });
});
