import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '#core/ids.js';
import { createOutboundFetch } from '#outbound/create-outbound-fetch.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { eventually } from '#testing/eventually.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { allRoutes } from '../routes/all-routes.js';
import { longestAddress, mostParameters } from './limit-address.js';

let api: TestApi;
let token: string;
/** Until it resolves, whatever is asked of OpenAI is under way. */
let held = Promise.resolve();
const reach = createOutboundFetch({ allow: ['127.0.0.0/8'], requireTls: false });

/** Holds what is asked of OpenAI from now on. @returns lets it go */
function hold(): () => void {
  let letGo = () => {};
  held = new Promise((resolve) => (letGo = resolve));
  return () => letGo();
}

beforeAll(async () => {
  const rateLimit = { rpm: 60_000, burst: 10_000, atOnce: 3, exemptPaths: ['/ping', '/access-tokens'] };
  const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05', mostKeys: 5 };
  const fetch: typeof reach = async (...asked) => {
    await held;
    return reach(...asked);
  };
  api = await startTestApi({ deps: { defaults, fetch }, settings: { rateLimit, deadlineMs: 60_000 } });
  token = await api.tokenOf('admin');
});
afterAll(() => api.close());

const codeOf = ({ status, json }: { status: number; json: { code?: string } | undefined }) => `${status} ${json?.code}`;

describe('an address', () => {
  test('of 8,192 characters is read and one more is refused', async () => {
    const addressOf = (length: number) => `/keys?x=${'y'.repeat(length - '/keys?x='.length)}`;
    expect(codeOf(await api.call('GET', addressOf(longestAddress), { token }))).toBe('400 invalid-request');
    expect(codeOf(await api.call('GET', addressOf(longestAddress + 1), { token }))).toBe('414 address-too-long');
  });

  test('of 400 parameters is read and one more is refused, before anybody looks at them', async () => {
    const ask = (count: number) => api.call('GET', `/keys?${'a&'.repeat(count - 1)}a`, { token });
    expect((await ask(mostParameters)).json.fields).toEqual({ a: 'is not known here' });
    const refused = await ask(mostParameters + 1);
    expect([refused.status, refused.json.detail]).toEqual([400, 'A query may have 400 parameters.']);
  });

  test('that is no UTF-8 is refused, not read with replacements', async () => {
    for (const path of ['/keys/%ff', '/keys?after=%ff', '/keys?after=%c0%af', '/nowhere/%', '/dashboard/keys/%e0%a4']) {
      expect(codeOf(await api.call('GET', path, { token }))).toBe('400 invalid-request');
    }
  });

  test('cannot hold a null character, which the database would refuse much later', async () => {
    for (const path of ['/tenants?after=a%00b', '/keys/%00', '/audit?actor=%2500%00']) {
      const answer = await api.call('GET', path, { token: await api.tokenOf('platform-admin') });
      expect(codeOf(answer)).toBe('400 invalid-request');
    }
  });

  test('cannot nest: brackets are characters of a name', async () => {
    const { json } = await api.call('GET', '/keys?a[b][c]=1&__proto__[x]=1', { token });
    expect(json.fields).toEqual({ input: 'is not known here' });
  });
});

describe('a body', () => {
  const send = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
    fetch(`${api.origin}/keys`, { method: 'POST', headers: { 'x-api-key': token, 'content-type': type }, body });
  const faultOf = async (response: Response) => ((await response.json()) as { detail: string }).detail;

  test('with bytes that are no UTF-8 is refused, not stored with replacements', async () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      const body = Buffer.concat([Buffer.from('{"label":"a'), Buffer.from(bytes), Buffer.from('"}')]);
      expect(await faultOf(await send(body))).toBe('The body is not well-formed UTF-8.');
    }
  });

  test('in another encoding is refused', async () => {
    const body = Buffer.from('{"label":"x"}', 'utf16le');
    expect((await send(body, 'application/json; charset=utf-16')).status).toBe(415);
  });

  test('nested twenty levels is read and one more is refused, before it becomes objects', async () => {
    const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;
    expect(await faultOf(await send(nested(20)))).not.toMatch(/levels/);
    for (const body of [nested(22), '['.repeat(60_000), `[${nested(20)}]`]) {
      expect(await faultOf(await send(body))).toBe('The body is nested more than 20 levels deep.');
    }
  });

  test('may have as many brackets in its texts as it likes', async () => {
    const fault = await faultOf(await send(JSON.stringify({ label: `\\"${'['.repeat(50)}\\`, odd: '{'.repeat(50) })));
    expect(fault).not.toMatch(/levels/);
  });
});

/** Lists that are whole, and what bounds each. */
const wholeLists = {
  '/prices/overrides': 'change-prices.ts: 5,000',
  '/prices/re-ratings': 'list-re-ratings.ts',
  '/prices/unpriced': 'list-unpriced-models.ts: 500',
  '/prices/versions': 'list-price-versions.ts',
};

test('every list comes in pages, or is bounded by itself', () => {
  const whole = allRoutes({} as never)
    .filter(({ response }) => response instanceof z.ZodObject && response.shape['items'] instanceof z.ZodArray)
    .filter(({ query }) => !('limit' in query.shape));
  expect(whole.map(({ path }) => path).toSorted()).toEqual(Object.keys(wholeLists));
});

test('every list has a largest page', () => {
  const sizes = allRoutes({} as never).flatMap(({ query, path }) =>
    Object.entries(query.shape)
      .filter(([name]) => ['limit', 'months', 'days'].includes(name))
      .map(([name, field]) => ({ path, name, fits: z.safeParse(field as z.ZodType, '1000000').success })),
  );
  expect(sizes.length).toBeGreaterThan(5);
  expect(sizes.filter(({ fits }) => fits)).toEqual([]);
});

test('a fourth request at once of one token waits its turn; those of others, and exempt ones, do not', async () => {
  const body = { label: 'held', key: simulatedSecret({ behaviour: 'healthy', label: newId() }) };
  const { json: key } = await api.call('POST', '/keys?probe=false', { token, body });
  const letGo = hold();
  const asked = [1, 2, 3].map(() => api.call('POST', `/keys/${key.id}/probe`, { token }));
  await eventually('three are under way', async () => (await api.call('GET', '/keys', { token })).status === 429);
  const refused = await api.call('GET', '/keys', { token });
  expect([codeOf(refused), refused.headers.get('retry-after')]).toEqual(['429 rate-limited', '1']);
  expect(refused.json.detail).toMatch(/^3 requests of yours are under way/);
  // Of the same token, which `/ping` does not ask for.
  for (const exempt of ['/access-tokens', '/api/v1/access-tokens', '/ping']) {
    expect((await api.call('GET', exempt, { token })).status).toBe(200);
  }
  expect((await api.call('GET', '/keys', { token: await api.tokenOf('viewer') })).status).toBe(200);
  letGo();
  await Promise.all(asked);
  expect((await api.call('GET', '/keys', { token })).status).toBe(200);
  await api.call('DELETE', `/keys/${key.id}`, { token });
});

/** Sends these requests down one connection, without waiting for answers. */
function send(...requests: string[]): Socket {
  const socket = connect(Number(new URL(api.origin).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(requests.map((line) => `${line} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${token}\r\n\r\n`).join(''));
  return socket;
}

/** Fills all three places with what these requests ask for, and leaves before any answer. */
async function fillAndLeave(...requests: string[]): Promise<void> {
  const sockets: Socket[] = [];
  await eventually('three are under way', async () => {
    if (await isRefused()) return true;
    sockets.push(send(...requests));
    return false;
  });
  for (const socket of sockets) socket.destroy();
  await delay(100);
}

const isRefused = async () => (await api.call('GET', '/keys', { token })).status === 429;

test('who leaves before the answer makes no room until the work is done, and then all of it', async () => {
  const body = { label: 'left alone', key: simulatedSecret({ behaviour: 'healthy', label: newId() }) };
  const { json: key } = await api.call('POST', '/keys?probe=false', { token, body });
  const probe = `POST /keys/${key.id}/probe`;
  let letGo = hold();
  await fillAndLeave(probe);
  expect(await isRefused()).toBe(true);
  letGo();
  await eventually('the probes are over', async () => !(await isRefused()));

  // Answers that wait behind another one on their connection are never told that it is gone.
  letGo = hold();
  await fillAndLeave(probe, 'GET /keys', 'GET /keys');
  letGo();
  await eventually('there is room for three', async () => {
    const atOnce = await Promise.all([1, 2, 3].map(() => api.call('GET', '/keys', { token })));
    return atOnce.every(({ status }) => status === 200);
  });
  await api.call('DELETE', `/keys/${key.id}`, { token });
});

test('a tenant has at most its number of keys, also when many arrive at once; another tenant has its own', async () => {
  const store = async (label: string, by: string) => {
    const body = { label, key: simulatedSecret({ behaviour: 'healthy', label: newId() }) };
    return codeOf(await api.call('POST', '/keys?probe=false', { token: by, body }));
  };
  const [admin, operator] = [token, await api.tokenOf('platform-admin')];
  const three = (n: number, by: string) => [1, 2, 3].map((m) => store(`key ${n} ${m}`, by));
  const answers = await Promise.all([...three(1, admin), ...three(2, operator)]);
  answers.push(...(await Promise.all(three(3, admin))));
  expect(answers.filter((answer) => answer === '201 undefined')).toHaveLength(5);
  expect(answers.filter((answer) => answer === '409 too-many-keys')).toHaveLength(4);
  const stranger = await api.tokenOf('admin', await api.addTenant('globex'));
  expect(await store('first', stranger)).toBe('201 undefined');
});
