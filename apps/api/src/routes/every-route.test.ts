import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { createLogger } from '#core/logger.js';
import { type AccessRole, accessRoles, roleAllows } from '#domain/access-tokens/access-role.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { type Answer, startTestApi, type TestApi } from '#testing/start-test-api.js';
import { allRoutes } from './all-routes.js';

let api: TestApi;
let keyId: string;
const logged: string[] = [];
beforeAll(async () => {
  const destination = { write: (line: string) => void logged.push(line) };
  api = await startTestApi({ deps: { logger: createLogger({ name: 'test', level: 'trace', destination }) } });
  const body = { label: 'canary', key: canary, probeMode: 'off' };
  keyId = (await api.call('POST', '/keys', { token: await api.tokenOf('admin'), body })).json.id;
});
afterAll(() => api.close());

const canary = simulatedSecret({ behaviour: 'healthy', label: 'canary' });
// The table is walked without an installation: building it opens nothing.
const routes = allRoutes({} as never);
const guarded = routes.filter(({ access }) => access !== 'public');
const prefixes = ['', '/api/v1'];
const fill = (path: string, id: string) => path.replace(':id', id);

/** Bodies that are valid, so that what is tested is access alone. */
const bodies: Record<string, unknown> = {
  'patch /organizations/:id': { name: 'Renamed' },
  'patch /keys/:id/active': { active: true },
  'patch /keys/:id': { active: true },
  'post /tenants/:id/suspend': { reason: 'unpaid' },
  'patch /tenants/:id': { name: 'Renamed' },
  'put /keys/:id/secret': { key: simulatedSecret({ behaviour: 'healthy', label: 'next' }) },
};
const bodyOf = ({ method, path }: { method: string; path: string }) => bodies[`${method} ${path}`];

/** The code of a well-formed problem; anything else as it is, to fail the comparison with. */
function problemOf(answer: Answer): string | Answer {
  const { status, title, code, type, instance, requestId } = answer.json ?? {};
  const isWellFormed =
    answer.headers.get('content-type') === 'application/problem+json; charset=utf-8' &&
    typeof title === 'string' &&
    type === `/docs/errors#${code}` &&
    requestId === answer.headers.get('x-request-id') &&
    instance === `urn:keyledger:request:${requestId}` &&
    status === answer.status;
  return isWellFormed ? `${status} ${code}` : answer;
}

describe.each(prefixes)('below “%s”', (prefix) => {
  test.each(guarded)('$method $path refuses no token and a bad token alike with 401', async ({ method, path }) => {
    const ask = async (headers?: Record<string, string>) =>
      api.call(method, prefix + fill(path, keyId), headers && { headers });
    // Wrong tokens are slowed down; what is asked here is another question.
    api.clock.advance(60_000);
    expect((await ask()).headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(problemOf(await ask())).toBe('401 unauthenticated');
    expect(problemOf(await ask({ authorization: 'Basic bm9ib2R5' }))).toBe('401 unauthenticated');
    expect(problemOf(await ask({ 'x-api-key': 'klt_nobody' }))).toBe('401 invalid-access-token');
    expect(problemOf(await ask({ authorization: 'Bearer nobody' }))).toBe('401 invalid-access-token');
  });

  test.each(guarded)('$method $path allows $access and above, and refuses what is below', async (route) => {
    const { method, path, access } = route;
    const isRefused = async (role: AccessRole) => {
      // An id that does not exist, so that what is allowed changes nothing.
      const url = prefix + fill(path, newId());
      const answer = await api.call(method, url, { token: await api.tokenOf(role), body: bodyOf(route) });
      return problemOf(answer) === '403 forbidden';
    };
    const refused = await Promise.all(accessRoles.map(isRefused));
    expect(refused).toEqual(accessRoles.map((role) => !roleAllows(role, access as AccessRole)));
  });

  test.each(routes.filter(({ path }) => path.includes(':id')))(
    '$method $path answers another tenant’s id byte by byte as an absent one',
    async (route) => {
      const stranger = await api.tokenOf('admin', await api.addTenant(`t-${newId()}`));
      const ask = async (id: string) => {
        const answer = await api.call(route.method, prefix + fill(route.path, id), {
          token: stranger,
          body: bodyOf(route),
          headers: { 'x-request-id': 'same-for-both' },
        });
        const { date: _date, ratelimit: _left, ...headers } = Object.fromEntries(answer.headers);
        return { ...answer, headers };
      };
      const [foreign, absent] = [await ask(keyId), await ask(newId())];
      // Whoever may not ask at all learns nothing either.
      const status = route.access === 'platform-admin' ? 403 : 404;
      expect(foreign.status).toBe(status);
      expect(foreign).toEqual(absent);
      expect((await ask('not-an-id')).status).toBe(status);
    },
  );
});

test.each(routes.filter(({ access }) => access === 'public'))(
  '$path needs no token, and a bad one does not matter',
  async ({ path }) => {
    expect((await api.call('GET', path)).status).toBe(200);
    expect((await api.call('GET', `/api/v1${path}`, { token: 'nonsense' })).status).toBe(200);
  },
);

test('no answer of any route holds the stored secret, nor does any line of the log', async () => {
  const token = await api.tokenOf('platform-admin');
  for (const { method, path } of routes.toSorted(
    (a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'),
  )) {
    for (const body of [
      undefined,
      { label: 'x', key: canary },
      { key: canary },
      { [canary]: canary, active: canary },
    ]) {
      if (method === 'get' && body) continue;
      const answer = await api.call(method, fill(path, keyId), { token, body });
      expect(answer.text).not.toContain(canary);
      expect(JSON.stringify(Object.fromEntries(answer.headers))).not.toContain(canary);
    }
  }
  expect(logged.length).toBeGreaterThan(20);
  expect(logged.join('')).not.toContain(canary);
});

test('another method on a known path is a 405 that names the right ones', async () => {
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    const other = ['get', 'post', 'put', 'patch', 'delete'].find((method) => !methods.includes(method as never));
    const answer = await api.call(other?.toUpperCase() ?? 'GET', fill(path, keyId));
    expect(problemOf(answer)).toBe('405 method-not-allowed');
    for (const method of methods) expect(answer.headers.get('allow')).toContain(method.toUpperCase());
  }
});

test('TRACE, which would repeat a request with its token, is answered nowhere', async () => {
  for (const path of ['/', ...new Set(routes.map((route) => route.path))]) {
    const sent = request(new URL(fill(path, keyId), api.origin), { method: 'TRACE', headers: { 'x-api-key': canary } });
    const [answer] = (await once(sent.end(), 'response')) as [IncomingMessage];
    expect([404, 405]).toContain(answer.statusCode);
    expect(await text(answer)).not.toContain(canary);
  }
});

test('an unknown address is a 404 problem', async () => {
  expect(problemOf(await api.call('GET', '/nowhere'))).toBe('404 not-found');
  expect(problemOf(await api.call('GET', '/Keys'))).toBe('404 not-found');
});

test('an id that nothing can have is a 404 problem that says so', async () => {
  const answer = await api.call('GET', '/keys/nope', { token: await api.tokenOf('viewer') });
  expect(problemOf(answer)).toBe('404 not-found');
  expect(answer.json).toMatchObject({ detail: 'There is nothing with this id.' });
});
