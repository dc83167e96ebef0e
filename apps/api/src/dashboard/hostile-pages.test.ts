import * as fc from 'fast-check';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { hostileText } from '#testing/arbitrary-of-schema.js';
import { createHostileClient, hostileSettings, type HostileRequest } from '#testing/hostile-requests.js';
import { createPageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';
import type { PageRoute } from './pages/page-route.js';
import { pageRoutes } from './pages/page-routes.js';

/** A quarter of what a route of the API gets: a page takes longer to draw. */
const { requests, seed } = hostileSettings();
const ofEach = Math.ceil(requests / 4);

let api: TestApi;
let client: ReturnType<typeof createHostileClient>;
let ids: string[];
/** Names of fields and parameters that the pages themselves use, and values that stand in them. */
const names = new Set<string>(['_csrf', 'returnTo', 'confirm']);
const values = new Set<string>(['', 'on', '1']);
const faults: string[] = [];

const routes = pageRoutes({ defaults: {} } as never);

beforeAll(async () => {
  const destination = { write: (line: string) => void faults.push(line) };
  const logger = createLogger({ name: 'test', level: 'error', destination });
  api = await startTestApi({ createDashboard, deps: { logger } });
  client = createHostileClient(api.origin);
  const token = await api.tokenOf('platform-admin');
  const store = async (kind?: 'admin') => {
    const key = simulatedSecret({ behaviour: 'healthy', label: `no ${kind}`, ...(kind && { kind }) });
    const body = { label: `key ${kind}`, key, probeMode: 'off' };
    return (await api.call('POST', '/keys?probe=false', { token, body })).json.id as string;
  };
  const keys = [await store(), await store('admin')];
  const { json } = await api.call('GET', '/organizations', { token });
  ids = [...keys, json.items[0].id, (await api.addTenant('another')).id];
  const visitor = createPageVisitor(api.origin);
  await visitor.signIn(token);
  for (const { path } of routes.filter(({ method }) => method === 'get')) {
    for (const id of path.includes(':id') ? ids : ['']) gather((await visitor.get(addressOf(path, id))).html);
  }
});
afterAll(async () => {
  client.close();
  await api.close();
});

const addressOf = (path: string, id: string) => `/dashboard${path}`.replace(':id', id).replace(/\/$/, '');

function gather(html: string): void {
  for (const [, name = ''] of html.matchAll(/\sname="([^"]+)"/g)) names.add(name);
  for (const [, name = ''] of html.matchAll(/[?;]([a-z]\w*)(?:&#x3D;|=)/gi)) names.add(name);
  for (const [, value = ''] of html.matchAll(/\svalue="([^"]{0,60})"/g)) values.add(value);
}

/** With fields as the pages have them, filled as they are or as nobody would; `_csrf` mostly right, so that forms get in. */
function requestsTo(
  { method, path }: PageRoute,
  browser: { cookie: string; csrf: string },
): fc.Arbitrary<HostileRequest> {
  const value = fc.oneof(fc.constantFrom(...values), hostileText, fc.constantFrom(...ids));
  const field = fc.tuple(fc.constantFrom(...names), value);
  const id = path.includes(':id')
    ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: hostileText.map(encode) })
    : fc.constant('');
  return fc.record({ id, fields: fc.array(field, { maxLength: 8 }) }).map(({ id: at, fields }) => {
    const pairs = fields.map((pair) => pair.map(encode).join('='));
    const isForm = method === 'post';
    return {
      method: method.toUpperCase(),
      path: addressOf(path, at) + (isForm || pairs.length === 0 ? '' : `?${pairs.join('&')}`),
      headers: {
        cookie: browser.cookie,
        'sec-fetch-site': 'same-origin',
        ...(isForm && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: isForm ? [`_csrf=${encode(browser.csrf)}`, ...pairs].join('&') : undefined,
    };
  });
}

function encode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\u{fffd}'));
}

async function signIn(): Promise<{ cookie: string; csrf: string }> {
  const visitor = createPageVisitor(api.origin);
  // Its own: the clock stands still here, so what one token may ask is used up for good.
  const { token } = await issueAccessToken(api, api.tenant.id, { name: 'one route', role: 'platform-admin' });
  await visitor.signIn(token.reveal());
  const { html } = await visitor.get('/dashboard/keys/new');
  const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
  return { cookie, csrf: /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? '' };
}

test.each(routes)('$method $path draws a page, whatever is asked of it', async (route) => {
  const arbitrary = requestsTo(route, await signIn());
  faults.length = 0;
  // Of files a caller is sent three at once.
  const limit = pLimit(/\.(csv|jsonl)$/.test(route.path) ? 2 : 8);
  const answers = await Promise.all(
    fc
      .sample(arbitrary, { numRuns: ofEach, seed })
      .map((request) => limit(async () => ({ request, answer: await client.send(request, '') }))),
  );
  expect(answers.filter(({ answer }) => answer.status === 429)).toEqual([]);
  // Were all refused at the door, nothing would have been tried.
  expect(answers.some(({ answer }) => ![401, 403, 429].includes(answer.status))).toBe(true);
  const failed = answers.filter(({ answer }) => answer.status >= 500);
  expect({ failed: failed.slice(0, 2), faults, seed }).toEqual({ failed: [], faults: [], seed });
});
