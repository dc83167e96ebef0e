import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { createTestPeople } from '#testing/create-test-people.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { startTestIdentityProvider, type TestIdentityProvider } from '#testing/test-identity-provider.js';
import { createDashboard } from './create-dashboard.js';

const path = '/dashboard/login/backchannel-logout';
const event = 'http://schemas.openid.net/event/backchannel-logout';

let provider: TestIdentityProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startTestIdentityProvider({ publicUrl: 'https://keys.example.test', tellsSignOuts: true });
  api = await start();
  provider.proxy = api.origin;
});
afterAll(async () => {
  await api.close();
  await provider.close();
});
beforeEach(() => {
  // Refusals of the tests before are forgiven: they come from this address too.
  api.clock.advance(60_000);
});

function start(): Promise<TestApi> {
  const environment = { OIDC_SCOPES: 'openid profile groups', OIDC_MAPPING: 'group:ops=acme/operator' };
  return startTestApi({ createDashboard, deps: { people: createTestPeople(provider, environment) } });
}

let logins = 0;
/** Somebody new, who is signed in: here, and at the provider with a browser of their own. */
async function signIn(login = `person-${(logins += 1)}`) {
  provider.people.set(login, { name: login, groups: ['ops'] });
  const [here, there] = [createPageVisitor(api.origin), createPageVisitor(provider.issuer)];
  const back = await provider.signIn((await here.get('/dashboard/login/provider')).location, login, there);
  await here.get(back.pathname + back.search);
  expect(await isIn(here)).toBe(true);
  return { login, here, there };
}

const isIn = async (visitor: PageVisitor) => (await visitor.get('/dashboard/settings')).status === 200;
const now = () => Math.floor(Date.now() / 1000);
const claimsOf = (sub: string): JWTPayload => ({
  iss: provider.issuer,
  aud: provider.clientId,
  iat: now(),
  jti: 'of this test',
  sub,
  events: { [event]: {} },
});
const typ = 'logout+jwt';
const send = async (token: string, to = api) => {
  const body = new URLSearchParams({ logout_token: token });
  const answer = await fetch(to.origin + path, { method: 'POST', body });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

test('who signs out at the provider is signed out here, on every device, and nobody else is', async () => {
  const [{ login, here, there }, other] = [await signIn(), await signIn()];
  const { here: phone } = await signIn(login);
  await provider.signOut(there);
  expect([await isIn(here), await isIn(phone), await isIn(other.here)]).toEqual([false, false, true]);
  const events = await withTenant(api.db, api.tenant.id, (tx) =>
    tx.auditEvent.findMany({ where: { tenantId: api.tenant.id, action: 'session.end-all' } }),
  );
  expect(events.map(({ actorName, address, before }) => [actorName, address, before])).toEqual([
    [login, '127.0.0.1', '{"sessions":2}'],
  ]);
});

test('a logout token signs out once more without harm, as does one of somebody who was never here', async () => {
  const { login, here } = await signIn();
  for (const sub of [login, login, 'nobody']) {
    expect(await send(await provider.sign(claimsOf(sub), { typ }))).toMatchObject({ status: 200, text: '' });
  }
  expect(await isIn(here)).toBe(false);
});

test('of two logout tokens in one form none counts', async () => {
  const { login, here } = await signIn();
  const token = await provider.sign(claimsOf(login), { typ });
  const answer = await fetch(api.origin + path, {
    method: 'POST',
    body: new URLSearchParams([
      ['logout_token', token],
      ['logout_token', token],
    ]),
  });
  expect([answer.status, await isIn(here)]).toEqual([400, true]);
});

const without = (name: string, claims: JWTPayload): JWTPayload => ({ ...claims, [name]: undefined });

test.each<[what: string, forge: (claims: JWTPayload) => Promise<string> | string]>([
  ['is of another kind', (claims) => provider.sign(claims, { typ: 'JWT' })],
  ['is of no kind', (claims) => provider.sign(claims)],
  ['is of somebody’s sign-in', (claims) => provider.sign({ ...claims, nonce: 'n' }, { typ })],
  ['says nothing of signing out', (claims) => provider.sign(without('events', claims), { typ })],
  ['says something else', (claims) => provider.sign({ ...claims, events: { 'urn:other': {} } }, { typ })],
  ['is for another client', (claims) => provider.sign({ ...claims, aud: 'another' }, { typ })],
  ['is of another issuer', (claims) => provider.sign({ ...claims, iss: 'https://id.example.test' }, { typ })],
  ['is old', (claims) => provider.sign({ ...claims, iat: now() - 200 }, { typ })],
  ['has ended', (claims) => provider.sign({ ...claims, exp: now() - 60 }, { typ })],
  ['has no time', (claims) => provider.sign(without('iat', claims), { typ })],
  ['has no id', (claims) => provider.sign(without('jti', claims), { typ })],
  ['names no person', (claims) => provider.sign({ ...without('sub', claims), sid: 'of the provider' }, { typ })],
  ['is not signed', (claims) => new UnsecuredJWT(claims).encode()],
  [
    'is signed with the client secret',
    (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ })
        .sign(new TextEncoder().encode(provider.clientSecret)),
  ],
  [
    'is signed with another key',
    async (claims) => {
      const { privateKey } = await generateKeyPair('RS256');
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'own', typ }).sign(privateKey);
    },
  ],
  ['is none', () => 'nonsense'],
  ['is not there', () => ''],
])('a logout token that %s signs nobody out', async (_what, forge) => {
  const { login, here } = await signIn();
  const { status, headers, text } = await send(await forge(claimsOf(login)));
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
    400,
    expect.stringContaining('application/problem+json'),
    expect.stringContaining('no-store'),
  ]);
  expect(JSON.parse(text)).toMatchObject({ code: 'invalid-request' });
  expect(await isIn(here)).toBe(true);
});

test('refusals are bounded, and keep nobody who leaves from being signed out, or from signing in', async () => {
  const { login, here } = await signIn();
  for (let n = 0; n < 10; n += 1) expect((await send('nonsense')).status).toBe(400);
  const { status, headers } = await send('nonsense');
  expect([status, headers.get('retry-after')]).toEqual([429, '6']);
  expect((await send(await provider.sign(claimsOf(login), { typ }))).status).toBe(200);
  expect(await isIn(here)).toBe(false);
  await signIn(login);
});

test('as many as leave at once are signed out, also from where others are refused to sign in', async () => {
  const visitor = createPageVisitor(api.origin);
  await visitor.get('/dashboard/login');
  for (let n = 0; n < 11; n += 1) await visitor.post('/dashboard/login', { token: 'wrong' });
  const token = await provider.sign(claimsOf('anybody'), { typ });
  const together = 15;
  const { people } = api.deps;
  if (!people) throw new Error('this installation has a provider');
  const { whoLeft } = people.provider;
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let here = 0;
  const count = () => {
    here += 1;
    if (here === together) open();
  };
  people.provider.whoLeft = async (leaving) => {
    count();
    await gate;
    return whoLeft(leaving);
  };
  try {
    const one = async () => {
      const { status } = await send(token);
      if (status !== 200) count();
      return status;
    };
    const statuses = await Promise.all(Array.from({ length: together }, one));
    expect(new Set(statuses)).toEqual(new Set([200]));
  } finally {
    people.provider.whoLeft = whoLeft;
  }
});

test('while the provider is away it is told to come back, which is nobody’s fault', async () => {
  const fresh = await start();
  const token = await provider.sign(claimsOf('anybody'), { typ });
  await provider.stop();
  try {
    for (let n = 0; n < 12; n += 1) expect((await send(token, fresh)).status).toBe(503);
  } finally {
    await provider.start();
    await fresh.close();
  }
});

test('a provider that calls itself another is no fault of its tokens', async () => {
  provider.misstate = (metadata) => ({ ...metadata, issuer: 'https://id.example.test' });
  const fresh = await start();
  try {
    const { status, text } = await send(await provider.sign(claimsOf('anybody'), { typ }), fresh);
    expect([status, JSON.parse(text)]).toMatchObject([503, { code: 'unavailable' }]);
  } finally {
    provider.misstate = null;
    await fresh.close();
  }
});

test('without a provider there is no such address', async () => {
  const alone = await startTestApi({ createDashboard });
  expect((await send('any', alone)).status).toBe(404);
  await alone.close();
});
