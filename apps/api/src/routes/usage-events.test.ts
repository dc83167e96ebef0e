import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { eventsBodyLimitBytes } from './usage-event-schemas.js';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi();
  token = await api.tokenOf('operator');
});
afterAll(() => api.close());

const post = (body: unknown, as = token) => api.call('POST', '/usage/events', { token: as, body });
const data = async (query = '') => (await api.call('GET', `/data${query}`, { token })).json;

const usage = { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 };
let keys = 0;
const event = (changes: object = {}) => ({
  idempotencyKey: `chatcmpl-${(keys += 1)}`,
  model: 'gpt-4o-mini-2024-07-18',
  usage,
  ...changes,
});

test('one event, as it is or in a list, is recorded at once and answered with its cost', async () => {
  const [single, listed] = [event({ endUser: 'alone' }), event({ endUser: 'alone' })];
  for (const [body, { idempotencyKey }] of [
    [single, single],
    [{ events: [listed] }, listed],
  ] as const) {
    const { status, json } = await post(body);
    expect(status).toBe(200);
    expect(json).toEqual({
      accepted: 1,
      duplicates: 0,
      unpriced: 0,
      events: [{ idempotencyKey, status: 'recorded', costUsd: '0.0000018', costBasis: 'exact' }],
    });
  }
  expect((await data('?endUser=alone')).totals).toMatchObject({ records: 2, costUsd: '0.0000036' });
});

test('an image, a transcription and a realtime session cost what their text, sound and pictures cost', async () => {
  const image = { input_tokens: 5, output_tokens: 7, input_tokens_details: { image_tokens: 2, text_tokens: 3 } };
  const heard = {
    type: 'tokens',
    input_tokens: 9,
    output_tokens: 4,
    input_token_details: { audio_tokens: 8, text_tokens: 1 },
  };
  const said = {
    input_tokens: 6,
    output_tokens: 5,
    input_token_details: { text_tokens: 2, audio_tokens: 4 },
    output_token_details: { text_tokens: 2, audio_tokens: 3 },
  };
  const events = [
    event({ model: 'gpt-image-1', usage: image }),
    event({ model: 'gpt-4o-transcribe', usage: heard }),
    event({ model: 'gpt-realtime', usage: said }),
  ];
  const { json } = await post({ events });
  // By the prices of 1M tokens: 3 × 5 + 2 × 10 + 7 × 40, 8 × 6 + 1 × 2.5 + 4 × 10, 2 × 4 + 4 × 32 + 2 × 16 + 3 × 64.
  expect(json.events.map(({ costUsd }: { costUsd: string }) => costUsd)).toEqual(['0.000315', '0.0000905', '0.00036']);
  const stored = await data(`?model=gpt-image-1`);
  expect(stored.totals).toMatchObject({ records: 1, costUsd: '0.000315' });
});

test('sent again it is a duplicate with the same cost, and counts once', async () => {
  const body = { events: [event({ model: 'nobody-knows-1', endUser: 'twice' }), event({ endUser: 'twice' })] };
  expect((await post(body)).json).toMatchObject({ accepted: 2, duplicates: 0, unpriced: 1 });
  expect((await post(body)).json).toMatchObject({
    accepted: 0,
    duplicates: 2,
    unpriced: 0,
    events: [
      { status: 'duplicate', costUsd: null, costBasis: 'unpriced' },
      { status: 'duplicate', costUsd: '0.0000018', costBasis: 'exact' },
    ],
  });
  expect((await data('?endUser=twice')).totals.records).toBe(2);
});

test('a thousand events go in one request, one more is refused, and so is none', async () => {
  const many = (count: number) => ({ events: Array.from({ length: count }, () => event({ endUser: 'many' })) });
  const refused = await post(many(1_001));
  expect([refused.status, refused.json.fields]).toEqual([400, { events: 'must hold at most 1000' }]);
  expect((await post({ events: [] })).json.fields).toEqual({ events: 'must hold an event' });
  const { json } = await post(many(1_000));
  expect([json.accepted, json.events.length]).toEqual([1_000, 1_000]);
  expect((await data('?endUser=many')).totals).toMatchObject({ records: 1_000, costUsd: '0.0018' });
});

test.each<[string, object, string]>([
  ['no key', { idempotencyKey: undefined }, 'idempotencyKey'],
  ['an empty key', { idempotencyKey: '' }, 'idempotencyKey'],
  ['a key of 201 characters', { idempotencyKey: 'k'.repeat(201) }, 'idempotencyKey'],
  ['no model', { model: undefined }, 'model'],
  ['a model with a NUL', { model: 'gpt\u0000' }, 'model'],
  ['a model with half a surrogate pair', { model: 'gpt\ud83d' }, 'model'],
  ['no usage', { usage: undefined }, 'usage'],
  ['usage of null, as a stream has it before its end', { usage: null }, 'usage'],
  ['usage that is a list', { usage: [usage] }, 'usage'],
  ['usage without totals', { usage: { completion_tokens: 3 } }, 'usage'],
  ['a time without a zone', { occurredAt: '2026-11-20T09:00:00' }, 'occurredAt'],
  ['a time that is no date', { occurredAt: '2026-02-30T09:00:00Z' }, 'occurredAt'],
  ['a time too far ahead', { occurredAt: '2026-11-20T12:39:56.790Z' }, 'occurredAt'],
  ['a time too long ago', { occurredAt: '2026-10-16T12:34:56.788Z' }, 'occurredAt'],
  ['a key id that is none', { keyId: 'billing' }, 'keyId'],
  ['a key that is not stored', { keyId: newId() }, 'keyId'],
  ['an empty end user', { endUser: '' }, 'endUser'],
  ['tags that are no texts', { tags: { count: 1 } }, 'tags'],
  ['tags that are a list', { tags: ['a'] }, 'tags'],
  ['a tag of a name that would be lost', { tags: JSON.parse('{"__proto__": "x", "a": "b"}') }, 'tags'],
  ['a tag of 257 characters', { tags: { a: 'v'.repeat(257) } }, 'tags'],
  ['21 tags', { tags: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`t${index}`, 'x'])) }, 'tags'],
  ['a misspelt field', { enduser: 'x' }, 'enduser'],
])(
  'an event with %s is refused by its place and field, and its neighbours are not recorded',
  async (_name, changes, field) => {
    const endUser = `neighbour-${newId()}`;
    const { status, json } = await post({ events: [event({ endUser }), event({ endUser, ...changes })] });
    expect([status, json.code, Object.keys(json.fields)]).toEqual([400, 'invalid-request', [`events.1.${field}`]]);
    expect((await data(`?endUser=${endUser}`)).items).toEqual([]);
  },
);

test('everything at its limit is accepted, and null is as good as leaving a field out', async () => {
  const tags = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`t${index}`.padEnd(64, '-'), '🙂'.repeat(128)]),
  );
  const most = event({
    idempotencyKey: 'k'.repeat(200),
    model: 'm'.repeat(200),
    endUser: 'é'.repeat(200),
    tags,
    occurredAt: '2026-10-16T14:34:56.789+02:00',
    serviceTier: 'flex',
    requestId: 'r'.repeat(200),
  });
  const none = { keyId: null, endUser: null, tags: null, occurredAt: null, serviceTier: null, requestId: null };
  expect((await post({ events: [most, event(none)] })).json).toMatchObject({ accepted: 2 });
  const { items } = await data(`?endUser=${encodeURIComponent('é'.repeat(200))}`);
  expect(items).toMatchObject([{ tags, occurredAt: '2026-10-16T12:34:56.789Z', serviceTier: 'flex' }]);
});

test('a thousand faults are answered as the first hundred', async () => {
  const events = Array.from({ length: 1_000 }, () => event({ model: '' }));
  expect(Object.keys((await post({ events })).json.fields)).toHaveLength(100);
  const unreadable = events.map((one) => ({ ...one, model: 'm', usage: {} }));
  expect(Object.keys((await post({ events: unreadable })).json.fields)).toHaveLength(100);
});

test('a body of 2 MiB is read and one byte more is refused with its own limit', async () => {
  const bodyOf = (bytes: number) => JSON.stringify(event()).padEnd(bytes);
  const send = (bytes: number) =>
    api.call('POST', '/usage/events', {
      token,
      headers: { 'content-type': 'application/json' },
      body: bodyOf(bytes),
    });
  expect((await send(eventsBodyLimitBytes)).status).toBe(200);
  const refused = await send(eventsBodyLimitBytes + 1);
  expect([refused.status, refused.json.code, refused.json.detail]).toEqual([
    413,
    'body-too-large',
    'The limit is 2048 KiB.',
  ]);
});

test('a name or tag that could be a pasted secret is not repeated in the answer that refuses it', async () => {
  const secret = simulatedSecret({ behaviour: 'healthy', label: 'pasted' });
  for (const changes of [{ [secret]: 1 }, { tags: { [secret]: 1 } }, { usage: { [secret]: 1 } }, { keyId: secret }]) {
    const { status, text } = await post(event(changes));
    expect([status, text.includes(secret)]).toEqual([400, false]);
  }
});

test('the usage object itself is not kept: what it says beside its counts is nowhere', async () => {
  const canary = 'canary-in-the-usage-object';
  const said = { ...usage, note: canary, completion_tokens_details: { [canary]: 1, text: canary } };
  expect((await post(event({ usage: said }))).status).toBe(200);
  const [row] = await withTenant(
    api.db,
    api.tenant.id,
    (tx) => tx.$queryRaw<{ all: string }[]>`SELECT string_agg(r::text, ' ') AS all FROM usage_record r`,
  );
  expect(row?.all).toContain('gpt-4o-mini');
  expect(row?.all).not.toContain(canary);
});

test('a viewer reads usage and may not report any; each tenant sees its own', async () => {
  expect((await post(event(), await api.tokenOf('viewer'))).status).toBe(403);
  const other = await api.addTenant('other');
  const same = event({ endUser: 'shared-name' });
  await post(same);
  expect((await post(same, await api.tokenOf('operator', other))).json.accepted).toBe(1);
  expect((await data('?endUser=shared-name')).totals.records).toBe(1);
});

test('rows and CSV have end user and tags, and a text that a spreadsheet would run is made harmless', async () => {
  const occurredAt = '2026-11-20T10:00:00Z';
  await post(event({ occurredAt, endUser: '=1+1', tags: { feature: 'search, "fast"' } }));
  const query = `?endUser=${encodeURIComponent('=1+1')}`;
  expect((await data(query)).items).toMatchObject([
    { source: 'event', endUser: '=1+1', tags: { feature: 'search, "fast"' } },
  ]);
  const { text } = await api.call('GET', `/data${query}&format=csv`, { token });
  const [header, row] = text.trimEnd().split('\n');
  expect(header).toContain(',request_id,end_user,tags,id');
  expect(row).toContain(`,'=1+1,"{""feature"":""search, \\""fast\\""""}",`);
});

test('the documentation of the API has the body of an event with its fields and limits', async () => {
  const { json } = await api.call('GET', '/openapi.json');
  const { requestBody } = json.paths['/usage/events'].post;
  const { events } = requestBody.content['application/json'].schema.properties;
  expect(events).toMatchObject({ minItems: 1, maxItems: 1000 });
  expect(events.items.required).toEqual(['idempotencyKey', 'model', 'usage']);
  expect(events.items.properties.tags).toBeDefined();
});
