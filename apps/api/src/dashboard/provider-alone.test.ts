import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTestPeople } from '#testing/create-test-people.js';
import { createPageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { startTestIdentityProvider, type TestIdentityProvider } from '#testing/test-identity-provider.js';
import { createDashboard } from './create-dashboard.js';

// Where the settings say that people come through the identity provider alone.

let provider: TestIdentityProvider;
let api: TestApi;
let token: string;
let people: ReturnType<typeof createTestPeople>;
beforeAll(async () => {
  provider = await startTestIdentityProvider({ publicUrl: 'https://keys.example.test' });
  people = createTestPeople(provider, {
    OIDC_SCOPES: 'openid profile groups',
    OIDC_MAPPING: 'group:ops=acme/operator',
    OIDC_ONLY: 'true',
  });
  api = await startTestApi({ createDashboard, deps: { people } });
  token = await api.tokenOf('operator');
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

afterEach(() => {
  people.isOnlyWay = true;
});

test('the sign-in page asks for no token, and takes none from a page that still did', async () => {
  const visitor = createPageVisitor(api.origin);
  const { html } = await visitor.get('/dashboard/login');
  expect([html.includes('name="token"'), html.includes('/dashboard/login/provider')]).toEqual([false, true]);
  people.isOnlyWay = false;
  await visitor.get('/dashboard/login');
  people.isOnlyWay = true;
  const answer = await visitor.post('/dashboard/login', { token });
  expect([answer.status, answer.html]).toEqual([
    403,
    expect.stringContaining('Access tokens do not open the dashboard'),
  ]);
  expect((await visitor.get('/dashboard')).status).toBe(303);
});

test('who signed in with a token before is out', async () => {
  const visitor = createPageVisitor(api.origin);
  people.isOnlyWay = false;
  await visitor.signIn(token);
  expect((await visitor.get('/dashboard')).status).toBe(200);
  people.isOnlyWay = true;
  expect((await visitor.get('/dashboard')).location).toMatch(/^\/dashboard\/login/);
  expect(visitor.cookies.has('keyledger_session')).toBe(false);
});

test('who sends a form when their session is over is told so', async () => {
  const { status, html } = await createPageVisitor(api.origin).post('/dashboard/settings', { name: 'Acme' });
  expect([status, html]).toEqual([401, expect.stringMatching(/role="alert"[\s\S]*You are not signed in any more\./)]);
});

test('people come in through the provider, and programs with their tokens', async () => {
  provider.people.set('ann', { name: 'Ann', groups: ['ops'] });
  const visitor = createPageVisitor(api.origin);
  const back = await provider.signIn((await visitor.get('/dashboard/login/provider')).location, 'ann');
  await visitor.get(back.pathname + back.search);
  expect((await visitor.get('/dashboard')).status).toBe(200);
  expect((await api.call('GET', '/keys', { token })).status).toBe(200);
});
