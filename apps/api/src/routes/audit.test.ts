import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { readAnchors } from '#domain/audit/audit-anchor.js';
import { verifyAudit } from '#domain/audit/verify-audit.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let token: string;
let keyId: string;
const secret = simulatedSecret({ behaviour: 'healthy', label: 'audited' });
beforeAll(async () => {
  api = await startTestApi();
  token = await api.tokenOf('admin');
  const headers = { 'x-request-id': 'the-storing-one' };
  const body = { label: '=2+3', key: secret, probeMode: 'off' };
  keyId = (await api.call('POST', '/keys', { token, body, headers })).json.id;
  api.clock.advance(86_400_000);
  await api.call('PATCH', `/keys/${keyId}`, { token, body: { label: 'Renamed', intervalSecs: 60 } });
  await api.call('PUT', '/usage/limits', { token, body: { dailyUsd: '7.50' } });
  await api.call('PUT', '/usage/limits', { token: await api.tokenOf('platform-admin'), body: { dailyUsd: null } });
});
afterAll(() => api.close());

const list = async (query = '') => (await api.call('GET', `/audit${query}`, { token })).json;
const actionsOf = async (query: string): Promise<string[]> =>
  (await list(query)).items.map(({ action }: { action: string }) => action);

test('an event says who did what, from where and on which request, and what differs', async () => {
  const { items } = await list('?action=provider-key.store');
  expect(items).toEqual([
    {
      seq: expect.any(Number),
      at: '2026-11-20T12:34:56.789Z',
      actor: {
        kind: 'token',
        id: expect.any(String),
        name: 'acme admin',
        address: '127.0.0.1',
        requestId: 'the-storing-one',
      },
      action: 'provider-key.store',
      subject: { kind: 'provider-key', id: keyId, name: '=2+3' },
      before: null,
      after: expect.objectContaining({ kind: 'project', label: '=2+3', mask: expect.stringContaining('…') }),
      mac: expect.stringMatching(/^[\da-f]{64}$/),
    },
  ]);
  const [update] = (await list('?action=provider-key.update')).items;
  expect(update).toMatchObject({
    before: { label: '=2+3', intervalSecs: null },
    after: { label: 'Renamed', intervalSecs: 60 },
  });
});

test('filters narrow by actor, action, subject and time', async () => {
  const changes = ['provider-key.store', 'provider-key.update'];
  expect((await actionsOf('?action=provider-key')).toSorted()).toEqual(changes);
  expect((await actionsOf(`?subject=${keyId}`)).toSorted()).toEqual(changes);
  expect((await actionsOf('?subject=provider-key')).toSorted()).toEqual(changes);
  expect(await actionsOf('?actor=acme%20platform-admin')).toEqual(['spend-limits.set']);
  const [{ actor }] = (await list('?action=provider-key.store')).items;
  expect(await actionsOf(`?actor=${actor.id}&action=spend-limits`)).toEqual(['spend-limits.set']);
  expect(await actionsOf('?to=2026-11-20&action=provider-key')).toEqual(['provider-key.store']);
  expect(await actionsOf('?from=2026-11-21&action=provider-key')).toEqual(['provider-key.update']);
  expect(await actionsOf('?actor=nobody')).toEqual([]);
  for (const query of ['?actoin=x', '?action=%25', '?after=x', '?from=2026-11-22&to=2026-11-20']) {
    expect((await api.call('GET', `/audit${query}`, { token })).status).toBe(400);
  }
});

test.each([
  ['provider-key.remove', /^must be one of provider-key\.store, .*provider-key\.delete/],
  ['providerkey', /^must be an action such as provider-key\.delete, or one of provider-key, ledger, .*session/],
  ['provider-', /or one of provider-key, /],
])('an action that is none is refused with those that there are: %s', async (action, words) => {
  for (const format of ['json', 'csv', 'jsonl']) {
    const { status, json } = await api.call('GET', `/audit?action=${action}&format=${format}`, { token });
    expect([format, status, json.fields]).toEqual([format, 400, { action: expect.stringMatching(words) }]);
  }
});

test('pages follow each other without gap or repetition, newest first', async () => {
  const seqs: number[] = [];
  let after = '';
  do {
    const page = await list(`?limit=2${after}`);
    seqs.push(...page.items.map(({ seq }: { seq: number }) => seq));
    after = page.next === null ? '' : `&after=${page.next}`;
  } while (after !== '');
  expect(seqs.length).toBeGreaterThan(3);
  expect(seqs).toEqual(seqs.map((_, index) => seqs.length - index));
});

test('all of a filter comes as CSV in which no formula runs, and as lines of JSON that are anchors too', async () => {
  const { items } = await list();
  const csv = await api.call('GET', '/audit', { token, headers: { accept: 'text/csv' } });
  expect(csv.headers.get('content-disposition')).toContain('keyledger-audit.csv');
  expect(csv.text.split('\n')).toHaveLength(items.length + 2);
  expect(csv.text).toContain("'=2+3");
  const lines = await api.call('GET', '/audit?format=jsonl', { token });
  expect(lines.headers.get('content-type')).toContain('application/jsonl');
  const parsed = lines.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(parsed).toEqual(items.map((item: object) => ({ tenantId: api.tenant.id, ...item })));
  const anchors = readAnchors(lines.text);
  expect(anchors).toHaveLength(items.length);
  expect(await verifyAudit(api, api.tenant.id, { anchors })).toMatchObject({ fault: null });
  for (const { text } of [csv, lines]) expect(text).not.toContain(secret);
});

test('another tenant sees nothing of it', async () => {
  const stranger = await api.tokenOf('admin', await api.addTenant('stranger'));
  const { items } = (await api.call('GET', '/audit', { token: stranger })).json;
  expect(JSON.stringify(items)).not.toContain(keyId);
  const lines = await api.call('GET', '/audit?format=jsonl', { token: stranger });
  expect(lines.text).not.toContain(keyId);
});

/** As somebody who owns the table. */
const edit = (set: string, seq: number) =>
  withOwnerConnection(api.url, async (owner) => {
    await owner.query('ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY');
    await owner.query(`UPDATE audit_event SET ${set} WHERE tenant_id = $1 AND seq = $2`, [api.tenant.id, seq]);
    await owner.query('ALTER TABLE audit_event FORCE ROW LEVEL SECURITY');
  });

test('verifying says that the chain is whole, and where it breaks once somebody has edited it', async () => {
  const verify = async () => (await api.call('GET', '/audit/verify', { token })).json;
  const { items } = await list();
  expect(await verify()).toEqual({
    isWhole: true,
    anchorsCompared: 0,
    events: items.length,
    head: { seq: items.length, mac: items[0].mac },
    fault: null,
    faults: [],
    faultCount: 0,
  });
  await edit(`after = 'none'`, 2);
  expect(await verify()).toMatchObject({
    isWhole: false,
    events: 1,
    fault: { seq: 2, kind: 'altered' },
    faultCount: 1,
  });
  expect((await list()).items.find(({ seq }: { seq: number }) => seq === 2)).toMatchObject({ after: { text: 'none' } });
});

let limit = 10;

// The last one has no number after it: nothing can be audited then.
test.each([
  ['a time that is none', `at = 'infinity'`, { at: null }],
  ['a time long before us', `at = '4713-01-01 BC'`, { at: null }],
  ['a time long after us', `at = '12026-11-20'`, { at: null }],
  ['details too deep to be written', `before = '{"a":' || repeat('[', 50000) || repeat(']', 50000) || '}'`, {}],
  ['details that are a number', `before = '1e999'`, { before: { text: '1e999' } }],
  ['an action that every object inherits', `action = '__defineGetter__'`, { action: '__defineGetter__' }],
  ['a number beyond all others', 'seq = 9223372036854775807', { seq: 2 ** 63 }],
])(
  '%s, which somebody wrote into the table, is listed, in files too, and a fault of the chain',
  async (_, set, shown) => {
    await api.call('PUT', '/usage/limits', { token, body: { dailyUsd: String((limit += 1)) } });
    const [{ seq }] = (await list('?limit=1')).items;
    await edit(set, seq);
    const { items, next } = await list('?limit=1');
    expect(items).toMatchObject([shown]);
    expect((await list(`?limit=1&after=${next}`)).items).toMatchObject([{ seq: seq - 1 }]);
    const { faults } = (await api.call('GET', '/audit/verify', { token })).json;
    expect(faults).toContainEqual({ seq, kind: set.startsWith('seq') ? 'missing' : 'altered' });
    const all = await list();
    for (const format of ['csv', 'jsonl']) {
      const { status, text } = await api.call('GET', `/audit?format=${format}`, { token });
      const rows = text.trim().split('\n').length - (format === 'csv' ? 1 : 0);
      expect([status, rows]).toEqual([200, all.items.length]);
    }
  },
);
