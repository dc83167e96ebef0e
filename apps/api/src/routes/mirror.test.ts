import { OpenAI } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '#core/money.js';
import { SecretString } from '#core/secret-string.js';
import { withTenant } from '#db/with-tenant.js';
import { listOrganizations } from '#domain/organizations/list-organizations.js';
import { readCosts } from '#openai/organization/read-costs.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

const now = '2026-11-20T12:34:56.000Z';
const seconds = (day: string) => Date.parse(`${day}T00:00:00Z`) / 1000;
const from = seconds('2026-10-01');
const to = seconds('2026-10-04');

let api: TestApi;
let token: string;
let organizationId: string;
let client: OpenAI;
beforeAll(async () => {
  api = await startTestApi({ now });
  token = await api.tokenOf('viewer');
  organizationId = await connect(api, api.tenant, 'northwind');
  const base = {
    baseURL: `${api.origin}/api/v1`,
    apiKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
  };
  client = new OpenAI({ ...base, adminAPIKey: token, maxRetries: 0 });
});
afterAll(() => api.close());

async function connect(at: TestApi, tenant: TestApi['tenant'], label: string, number = 1): Promise<string> {
  const key = simulatedSecret({ behaviour: 'healthy', label, kind: 'admin', organization: number });
  const body = { label, key, kind: 'admin', probeMode: 'off' };
  const stored = await at.call('POST', '/keys', { token: await at.tokenOf('admin', tenant), body });
  expect(stored.status).toBe(201);
  const { items } = await listOrganizations(at, tenant.id);
  const id = items.find(({ providerKeyId }) => providerKeyId === stored.json.id)?.id;
  if (id === undefined) throw new Error('storing an admin key connects an organization');
  return id;
}

const ask = (query: string, as = token) => api.call('GET', `/costs?${query}`, { token: as });
const cacheOf = (answer: { headers: Headers }) =>
  ['x-cache', 'age', 'cache-control'].map((name) => answer.headers.get(name));
const codeOf = (answer: { status: number; json: { code: string } }) => `${answer.status} ${answer.json.code}`;
const amountsIn = (text: string) =>
  [...text.matchAll(/"value":(-?[\d.]+)/g)].map(([, digits = '']) => parseUsd(digits));
const totalOf = (text: string) => amountsIn(text).reduce((all, one) => all + one, 0n);

function trueTotal(start: number, end: number, organization = 1): bigint {
  const asked = { from: new Date(start * 1000), to: new Date(end * 1000), organization };
  return api.simulator.controls.trueTotals(asked).costs.reduce((all, { picoUsd }) => all + picoUsd, 0n);
}

describe('OpenAI’s own client', () => {
  test('reads costs, page by page, and they are what is truly billed', async () => {
    const read: bigint[] = [];
    let page: string | undefined;
    for (;;) {
      const answer = await client.admin.organization.usage.costs({
        start_time: from,
        end_time: to,
        group_by: ['project_id', 'line_item'],
        limit: 1,
        ...(page !== undefined && { page }),
      });
      expect(answer).toMatchObject({ object: 'page', data: [{ object: 'bucket' }] });
      for (const result of answer.data.flatMap(({ results }) => results)) {
        expect(result).toMatchObject({
          object: 'organization.costs.result',
          amount: { currency: 'usd' },
          api_key_id: null,
        });
        if ('amount' in result) read.push(parseUsd(result.amount?.value?.toFixed(12) ?? ''));
      }
      if (answer.next_page === null) break;
      page = answer.next_page;
    }
    const total = read.reduce((all, one) => all + one, 0n);
    expect(Number(total - trueTotal(from, to))).toBeLessThan(1_000); // the client’s own doubles
    expect(read.length).toBeGreaterThan(10);
  });

  test('lists projects with its own paging, archived ones when asked for', async () => {
    const list = async (archived: boolean) => {
      const found: string[] = [];
      for await (const { id } of client.admin.organization.projects.list({ limit: 3, include_archived: archived })) {
        found.push(id);
      }
      return found;
    };
    const { projects } = api.simulator.controls.organization();
    expect((await list(true)).sort()).toEqual(projects.map(({ id }) => id).sort());
    expect((await list(false)).length).toBeLessThan(projects.length);
  });

  test('says why something failed', async () => {
    const wrong = client.admin.organization.usage.costs({ start_time: from, limit: 181 });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'limit', type: 'invalid_request_error' });
    await expect(wrong).rejects.toThrow(/limit: must be at most 180/);
    const stranger = new OpenAI({
      baseURL: `${api.origin}/api/v1`,
      apiKey: null,
      adminAPIKey: 'klt_no',
      maxRetries: 0,
    });
    await expect(stranger.admin.organization.projects.list()).rejects.toThrow(/not valid|unknown|Use another/i);
  });

  test('every way to the same thing is one', async () => {
    const query = `start_time=${from}&end_time=${to}`;
    const texts = ['/costs', '/organization/costs', '/api/v1/costs', '/api/v1/organization/costs'].map(
      async (path) => (await api.call('GET', `${path}?${query}`, { token })).text,
    );
    expect(new Set(await Promise.all(texts)).size).toBe(1);
  });
});

test('our own reader, pointed at us, reads every pico-USD that OpenAI bills', async () => {
  const connection = { secret: new SecretString(token), baseUrl: `${api.origin}/api/v1` };
  const range = { startAt: new Date(from * 1000), endAt: new Date(to * 1000), groupBy: [] };
  let total = 0n;
  for await (const buckets of readCosts(api, { ...connection, ...range })) {
    for (const { amountPicoUsd } of buckets.flatMap(({ costs }) => costs)) total += amountPicoUsd;
  }
  expect(total).toBe(trueTotal(from, to));
});

describe('what OpenAI said', () => {
  test('is kept for an hour, for ends within the same day, and says its age', async () => {
    const query = `start_time=${seconds('2026-09-01')}&group_by=project_id`;
    const end = seconds('2026-09-03');
    const first = await ask(`${query}&end_time=${end - 80_000}`);
    expect(cacheOf(first)).toEqual(['MISS', '0', 'private, max-age=3600']);
    api.clock.advance(90_000);
    const second = await ask(`${query}&end_time=${end - 5}`);
    expect(cacheOf(second)).toEqual(['HIT', '90', 'private, max-age=3600']);
    expect(second.text).toBe(first.text);
    expect(totalOf(first.text)).toBe(trueTotal(seconds('2026-09-01'), end));
    api.clock.advance(3_510_000);
    expect(cacheOf(await ask(`${query}&end_time=${end}`))[0]).toBe('MISS');
  });

  test('is the same question in whatever way its lists are written', async () => {
    const [a, b] = api.simulator.controls.organization().projects.map(({ id }) => id);
    const query = `start_time=${seconds('2026-08-01')}&limit=2`;
    const first = await ask(`${query}&project_ids=${a}&project_ids=${b}&group_by[]=api_key_id&group_by[]=line_item`);
    const again = await ask(`${query}&project_ids[]=${b}&project_ids[]=${a}&group_by=line_item&group_by=api_key_id`);
    expect([cacheOf(first)[0], cacheOf(again)[0]]).toEqual(['MISS', 'HIT']);
    expect(again.text).toBe(first.text);
  });

  test('is asked once by many at once', async () => {
    const before = { ...api.deps.counters.mirror };
    const query = `start_time=${seconds('2026-07-01')}&limit=3`;
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(query)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(api.deps.counters.mirror).toEqual({ ...before, miss: before.miss + 1, hit: before.hit + 11 });
    const { json } = await api.call('GET', '/metrics', { token: await api.tokenOf('platform-admin') });
    expect(json.counters.mirror_misses_total).toBe(before.miss + 1);
  });

  test('is never told to another tenant, not even the same organization’s', async () => {
    const query = `start_time=${seconds('2026-06-01')}&limit=2`;
    expect(cacheOf(await ask(query))[0]).toBe('MISS');
    const other = await api.addTenant('other');
    const theirs = await api.tokenOf('viewer', other);
    expect(codeOf(await ask(query, theirs))).toBe('404 no-organization');
    await connect(api, other, 'theirs');
    const answer = await ask(query, theirs);
    expect(cacheOf(answer)[0]).toBe('MISS');
    expect(answer.headers.get('vary')).toMatch(/Authorization, X-API-Key, X-Tenant/);
    expect(codeOf(await ask(`${query}&organization=${organizationId}`, theirs))).toBe('404 not-found');
  });

  test('is not kept when it was a refusal', async () => {
    const query = `start_time=${seconds('2026-05-01')}&limit=2`;
    api.simulator.controls.failNext({ path: '/organization/costs', status: 503, times: 2 });
    const refused = await ask(query);
    expect([codeOf(refused), refused.json.error.type]).toEqual(['503 openai-unavailable', 'server_error']);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect((await ask(query)).status).toBe(200);
    const combination = await ask(`start_time=${from}&group_by=user_id&group_by=project_id`);
    expect([combination.status, combination.json.error.type]).toEqual([400, 'invalid_request_error']);
  });

  test('is cut where it was asked to begin', async () => {
    const { json, text } = await ask(`start_time=${from + 3_600}&end_time=${to}&limit=2`);
    expect(json.data.map((bucket: { start_time: number }) => bucket.start_time)).toEqual([from + 3_600, from + 86_400]);
    expect(totalOf(text)).toBe(trueTotal(from + 3_600, from + 2 * 86_400));
  });
});

describe('what was imported', () => {
  let imported: TestApi['tenant'];
  let reader: string;
  beforeAll(async () => {
    imported = await api.addTenant('imported');
    reader = await api.tokenOf('viewer', imported);
    const id = await connect(api, imported, 'imported');
    const projects = [{ id: 'proj_a', residency: 'JP_STORAGE' }, { id: 'proj_b' }];
    await addTestProjects(api.db, imported.id, id, { seenAt: api.clock.now().toISOString(), projects });
    const line = { projectId: 'proj_a', apiKeyId: 'key_a', lineItem: 'gpt-5, output_tokens' };
    await addTestBilled(api.db, imported.id, id, [
      { ...line, day: '2026-10-01', usd: '123456789012.123456789012' },
      { ...line, day: '2026-10-01', usd: '0.000000000001', projectId: 'proj_b', apiKeyId: '' },
      { ...line, day: '2026-10-02', usd: '-3.5' },
      { ...line, day: '2026-10-03', usd: '0.1', readAt: api.clock.now().toISOString() },
    ]);
  });

  test('answers without OpenAI, to the last digit, with null for what is not told apart', async () => {
    const { text, json, headers } = await ask(`start_time=${from}&end_time=${to}`, reader);
    expect(headers.get('x-cache')).toBe('IMPORTED');
    expect(text).toContain('"amount":{"value":123456789012.123456789013,"currency":"usd"}');
    expect(json.data.map(({ results }: { results: unknown[] }) => results.length)).toEqual([1, 1, 1]);
    expect(json.data[1].results[0]).toEqual({
      object: 'organization.costs.result',
      amount: { value: -3.5, currency: 'usd' },
      line_item: null,
      project_id: null,
      api_key_id: null,
      user_id: null,
      api_source: null,
      quantity: null,
      quantity_unit: null,
    });
    expect([json.object, json.has_more, json.next_page]).toEqual(['page', false, null]);
  });

  test('lists projects with the residency that OpenAI told', async () => {
    const { json, headers } = await api.call('GET', '/projects', { token: reader });
    expect(headers.get('x-cache')).toBe('IMPORTED');
    expect(json.data.map(({ id, residency }: Record<string, string>) => [id, residency])).toEqual([
      ['proj_a', 'JP_STORAGE'],
      ['proj_b', undefined],
    ]);
  });

  test('is grouped and filtered as asked', async () => {
    const ofA = await ask(`start_time=${from}&end_time=${to}&project_ids=proj_b&group_by=project_id`, reader);
    expect(amountsIn(ofA.text)).toEqual([1n]);
    const { json } = await ask(`start_time=${from}&limit=1&group_by=api_key_id&group_by=project_id`, reader);
    const groups = json.data[0].results.map((one: { project_id: string; api_key_id: string | null }) => [
      one.project_id,
      one.api_key_id,
    ]);
    expect(groups).toEqual([
      ['proj_a', 'key_a'],
      ['proj_b', null],
    ]);
  });

  test('gives way to OpenAI for days that were not read, and for what it does not tell apart', async () => {
    expect(cacheOf(await ask(`start_time=${from}&end_time=${seconds('2026-10-05')}`, reader))[0]).toBe('MISS');
    expect(cacheOf(await ask(`start_time=${from}&end_time=${to}&group_by=user_id`, reader))[0]).toBe('MISS');
    expect(cacheOf(await ask(`start_time=${from + 1}&end_time=${to}`, reader))[0]).toBe('MISS');
  });

  test('stays the answer while OpenAI does not give one, and when the key is gone', async () => {
    const { items } = await listOrganizations(api, imported.id);
    const [organization] = items;
    const day = api.clock.now().toISOString().slice(0, 10);
    const readAt = new Date(api.clock.now().getTime() - 7_200_000).toISOString();
    await addTestBilled(api.db, imported.id, organization?.id ?? '', [{ day, usd: '2.25', readAt }]);
    const query = `start_time=${seconds(day)}`;
    api.simulator.controls.failNext({ path: '/organization/costs', status: 503, times: 2 });
    const stale = await ask(query, reader);
    expect([...cacheOf(stale).slice(0, 2), ...amountsIn(stale.text)]).toEqual(['IMPORTED', '7200', parseUsd('2.25')]);
    const admin = await api.tokenOf('admin', imported);
    await api.call('DELETE', `/keys/${organization?.providerKeyId}`, { token: admin });
    const past = await ask(`start_time=${from}&end_time=${to}&group_by=user_id`, reader);
    expect([cacheOf(past)[0], formatUsd(totalOf(past.text))]).toEqual(['IMPORTED', '123456789008.723456789013']);
  });
});

/** As their first imports leave them. */
function settle(tenant: TestApi['tenant'], refused?: { id: string; importErrorCode: string }) {
  return withTenant(api.db, tenant.id, async (tx) => {
    await tx.organization.updateMany({ data: { inventoryAt: api.clock.now() } });
    if (refused)
      await tx.organization.updateMany({ where: { id: refused.id }, data: { ...refused, inventoryAt: null } });
  });
}

test('two keys of one organization are never added up: not before it is known, and not after', async () => {
  const twice = await api.addTenant('twice');
  const reader = await api.tokenOf('viewer', twice);
  const [first, second] = [await connect(api, twice, 'one'), await connect(api, twice, 'two')];
  const query = `start_time=${from}&end_time=${to}`;
  const early = await ask(query, reader);
  expect([codeOf(early), early.headers.get('retry-after')]).toEqual(['503 unavailable', '30']);
  expect(early.json.detail).toContain('counted twice');
  expect(totalOf((await ask(`${query}&organization=${first}`, reader)).text)).toBe(trueTotal(from, to));
  await settle(twice, { id: second, importErrorCode: 'same-organization' });
  expect(totalOf((await ask(query, reader)).text)).toBe(trueTotal(from, to));
});

test('a tenant asks OpenAI so many questions a minute, and what is kept stays free', async () => {
  const curious = await api.addTenant('curious');
  const reader = await api.tokenOf('viewer', curious);
  await connect(api, curious, 'theirs');
  const query = (day: number) => `start_time=${from - day * 86_400}&limit=1`;
  const answers = [];
  for (let day = 0; day <= 60; day += 1) answers.push(await ask(query(day), reader));
  expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 60 }, () => 200), 429]);
  const refused = answers.at(-1);
  expect([refused?.headers.get('retry-after'), refused?.json.code]).toEqual(['1', 'rate-limited']);
  expect(refused?.json.detail).toContain('asked of OpenAI');
  expect(cacheOf(await ask(query(0), reader))[0]).toBe('HIT');
  expect(cacheOf(await ask(`start_time=${seconds('2026-04-01')}&limit=1`))[0]).toBe('MISS');
  api.clock.advance(1_000);
  expect(cacheOf(await ask(query(60), reader))[0]).toBe('MISS');
});

test('several organizations are one bill, or each its own', async () => {
  const both = await api.addTenant('both');
  const reader = await api.tokenOf('viewer', both);
  const [first] = [await connect(api, both, 'one'), await connect(api, both, 'two', 2)];
  await settle(both);
  const query = `start_time=${from}&end_time=${to}`;
  const together = totalOf((await ask(query, reader)).text);
  expect(together).toBe(trueTotal(from, to) + trueTotal(from, to, 2));
  expect(totalOf((await ask(`${query}&organization=${first}`, reader)).text)).toBe(trueTotal(from, to));
});

test.each([
  ['', 'start_time: is required', 'start_time'],
  ['start_time=soon', 'start_time: must be a whole number', 'start_time'],
  [`start_time=${from}&limit=0`, 'limit: must be at least 1', 'limit'],
  [`start_time=${from}&limit=181`, 'limit: must be at most 180', 'limit'],
  [`start_time=${from}&bucket_width=1h`, 'bucket_width: must be 1d', 'bucket_width'],
  [`start_time=${from}&group_by=model`, /^group_by.0: must be one of project_id/, 'group_by'],
  [`start_time=${from}&group_by=project_id,line_item`, /^group_by.0: must be one of/, 'group_by'],
  [`start_time=${from}&end_time=${from}`, 'end_time: must be after start_time', 'end_time'],
  [`start_time=${from}&page=page_1`, /^This is not a page of this question/, 'page'],
  [`start_time=${from}&project_ids=a%07b`, 'project_ids.0: must have no control characters', 'project_ids'],
  [`start_time=${from}&projects=a`, 'projects: is not known here', 'projects'],
  [`start_time=${from}&start_time=${from}`, /^start_time: /, 'start_time'],
])('“%s” is refused: %s', async (query, message, param) => {
  const { status, json } = await ask(query);
  expect(status).toBe(400);
  expect(json.error.message).toMatch(message);
  expect(json.error).toEqual({ message: json.detail, type: 'invalid_request_error', param, code: 'invalid-request' });
});

test('a page is a page of its own question alone', async () => {
  const { json } = await ask(`start_time=${from}&end_time=${to}&limit=1&group_by=project_id`);
  const next = `limit=2&group_by=project_id&page=${json.next_page}`;
  expect((await ask(`start_time=${from}&end_time=${to}&${next}`)).json.data[0].start_time).toBe(from + 86_400);
  expect((await ask(`start_time=${from}&end_time=${to + 1}&${next}`)).status).toBe(400);
});

test('days to come are not there, and today is', async () => {
  const { json } = await ask(`start_time=${seconds('2026-11-19')}&end_time=${seconds('2026-12-24')}&limit=180`);
  expect(json.data.map((bucket: { end_time: number }) => bucket.end_time)).toEqual([
    seconds('2026-11-20'),
    seconds('2026-11-21'),
  ]);
  expect((await ask(`start_time=${seconds('2027-01-01')}`)).json).toMatchObject({ data: [], has_more: false });
});

test('projects have the limits of OpenAI’s, and name what was not found', async () => {
  const list = (query: string) => api.call('GET', `/projects?${query}`, { token });
  expect((await list('limit=101')).json.error.param).toBe('limit');
  expect((await list('after=proj_nowhere')).json.error).toMatchObject({ param: 'after' });
  const { json } = await list('limit=1');
  expect(json).toMatchObject({ object: 'list', first_id: json.last_id, has_more: true });
  expect(json.data[0]).toMatchObject({ object: 'organization.project', status: 'active', archived_at: null });
  const residencies = (await list('limit=100')).json.data.map(({ residency }: { residency: string }) => residency);
  expect(new Set(residencies)).toEqual(new Set(['GLOBAL', 'EU_STORAGE_PROCESSING']));
});

test('what has not begun yet is empty, and nothing fails behind the answer, which would end the whole program', async () => {
  const failed: unknown[] = [];
  const note = (error: unknown) => void failed.push(error);
  process.on('unhandledRejection', note);
  for (const query of ['start_time=9999999999', `start_time=${seconds('2030-01-01')}&group_by=user_id`]) {
    const { status, json } = await ask(query);
    expect([status, json.data, json.has_more]).toEqual([200, [], false]);
  }
  // As many at once as the pool has connections: whatever was begun before has given its own back by then.
  await Promise.all(Array.from({ length: 5 }, () => ask(`start_time=${seconds('2026-11-01')}`)));
  process.off('unhandledRejection', note);
  expect(failed).toEqual([]);
});
