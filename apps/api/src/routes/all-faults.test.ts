import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '#core/ids.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { allRoutes } from './all-routes.js';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z' });
  token = await api.tokenOf('platform-admin', await api.addTenant('default'));
});
afterAll(() => api.close());

/** The names of the fields that a question is refused for. */
async function faultsOf(method: string, path: string, body?: unknown): Promise<string[]> {
  const answer = await api.call(method, path, { token, ...(body !== undefined && { body }) });
  if (answer.status !== 400) throw new Error(`${answer.status} ${answer.text}`);
  return Object.keys(answer.json.fields ?? {}).toSorted();
}

const event = { idempotencyKey: 'call-1', model: 'm', usage: { prompt_tokens: 1, completion_tokens: 1 } };
const secret = simulatedSecret({ behaviour: 'healthy', label: 'project' });

/** A value that each field of a schema refuses, where there is one among `values`. */
function wrongly(schema: unknown, values: readonly unknown[]): Record<string, unknown> {
  if (!(schema instanceof z.ZodObject)) return {};
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => {
    return [name, values.find((value) => !field.safeParse(value).success)];
  });
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

const routes = allRoutes({ clock: { now: () => new Date(0) } } as never).map((route) => ({
  ...route,
  wrongQuery: wrongly(route.query, ['', '*'.repeat(300), '-']),
  wrongBody: wrongly(route.body, [{ nope: 1 }, 7]),
}));

test.each(routes.filter(({ access }) => access !== 'public'))(
  '$method $path names all that is wrong with query and body at once',
  async ({ method, path, wrongQuery, wrongBody }) => {
    const query = new URLSearchParams({ ...(wrongQuery as Record<string, string>), nope: '1' });
    const hasBody = Object.keys(wrongBody).length > 0;
    const found = await faultsOf(
      method,
      `${path.replace(':id', newId())}?${String(query)}`,
      hasBody ? wrongBody : undefined,
    );
    const named = new Set(found.map((name) => name.split('.')[0]));
    expect([...Object.keys(wrongQuery), 'nope', ...Object.keys(wrongBody)].filter((name) => !named.has(name))).toEqual(
      [],
    );
  },
);

test.each([
  ['POST', '/tenants', { slug: 'A B', name: '', reportingTimeZone: 'Mars' }, ['name', 'reportingTimeZone', 'slug']],
  ['PATCH', '/tenant', { name: '', reportingTimeZone: '+01:00' }, ['name', 'reportingTimeZone']],
  ['PUT', '/tenant/retention', { recordDays: 34 }, ['recordDays']],
  ['POST', '/keys?probe=no', { label: '', key: 'pk-1', model: '' }, ['key', 'label', 'model', 'probe']],
  ['POST', '/keys', { label: '', key: secret, kind: 'admin' }, ['kind', 'label']],
  ['PUT', `/keys/${newId()}/secret`, { key: 'pk-1', nope: 1 }, ['key', 'nope']],
  ['POST', '/access-tokens', { name: '', role: 'viewer', expiresAt: '2026-11-19T00:00:00Z' }, ['expiresAt', 'name']],
  [
    'POST',
    `/access-tokens/${newId()}/rotate`,
    { overlapHours: -1, expiresAt: '2026-11-19T00:00:00Z' },
    ['expiresAt', 'overlapHours'],
  ],
  [
    'POST',
    '/ledger/deposits',
    { amountUsd: 'x', at: '2030-01-01', lastDay: '2019-01-01' },
    ['amountUsd', 'at', 'lastDay'],
  ],
  ['POST', '/ledger/corrections', { reason: '' }, ['amountUsd', 'reason']],
  [
    'PATCH',
    '/prices',
    { add: [{ model: 'a|b', tier: 'gold', from: '20 November', usdPerUnit: '1' }, { model: 7 }], remove: ['nonsense'] },
    ['add.0.from', 'add.0.kind', 'add.0.model', 'add.0.tier', 'add.1.model', 'remove.0'],
  ],
  ['PATCH', '/prices', { remove: [newId(), newId()], restore: [newId()] }, ['remove.0', 'remove.1', 'restore.0']],
  [
    'POST',
    '/usage/events',
    {
      events: [
        { idempotencyKey: '', model: 'm', usage: {} },
        { ...event, model: '', occurredAt: '2026-01-01T00:00:00Z' },
      ],
    },
    ['events.0.idempotencyKey', 'events.0.usage', 'events.1.model', 'events.1.occurredAt'],
  ],
  ['GET', '/costs?start_time=1793491200&end_time=1&limit=0', undefined, ['end_time', 'limit']],
  ['GET', '/usage/daily?range=today&from=2026-11-20&limit=0', undefined, ['limit', 'range']],
  ['GET', '/usage/summary?from=2026-11-20&to=2026-11-19&book=gas', undefined, ['book', 'from']],
  ['GET', '/usage/timeseries?book=billed&by=tier&tier=flex', undefined, ['by', 'tier']],
  ['GET', '/reconciliation?from=2026-11-20&to=2026-11-19&by=user', undefined, ['by', 'from']],
  ['GET', '/data?from=2026-11-20&to=2026-11-19&limit=0', undefined, ['from', 'limit']],
  ['GET', '/audit?from=2026-11-20T10:00:00Z&to=2026-11-20T09:00:00Z&action=x', undefined, ['action', 'from']],
])(
  '%s %s names what its fields’ own rules and those between them refuse at once',
  async (method, path, body, fields) => {
    expect(await faultsOf(method, path, body)).toEqual(fields);
  },
);

test('a fault with a code of its own has it alone, and among others the one of them all', async () => {
  const codeOf = async (body: object) => (await api.call('POST', '/keys', { token, body })).json.code;
  expect(await codeOf({ label: 'fine', key: 'pk-1' })).toBe('not-a-provider-key');
  expect(await codeOf({ label: '', key: 'pk-1' })).toBe('invalid-request');
});

test('a key whose label and secret are both taken is refused for both', async () => {
  const store = () => api.call('POST', '/keys?probe=false', { token, body: { label: 'taken', key: secret } });
  expect((await store()).status).toBe(201);
  const { status, json } = await store();
  expect([status, json.code, Object.keys(json.fields)]).toEqual([409, 'duplicate-secret', ['key', 'label']]);
});
