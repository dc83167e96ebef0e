import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestPeople } from '#testing/create-test-people.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { startTestIdentityProvider, type TestIdentityProvider } from '#testing/test-identity-provider.js';
import { createDashboard } from './create-dashboard.js';

// Sessions of people that began before the settings were what they are. What is read once at a start is changed here in place.

type People = ReturnType<typeof createTestPeople>;

let provider: TestIdentityProvider;
let api: TestApi;
let people: People;
let before: People;
beforeAll(async () => {
  provider = await startTestIdentityProvider({ publicUrl: 'https://keys.example.test' });
  people = createTestPeople(provider, {
    OIDC_SCOPES: 'openid profile groups',
    OIDC_MAPPING: 'group:ops=acme/operator; group:readers=acme/viewer',
  });
  before = { ...people };
  api = await startTestApi({ createDashboard, deps: { people } });
  provider.people.set('ada', { name: 'Ada', groups: ['ops'] });
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

let visitor: PageVisitor;
beforeEach(async () => {
  Object.assign(people, before);
  visitor = createPageVisitor(api.origin);
  const { location } = await visitor.get('/dashboard/login/provider');
  const back = await provider.signIn(location, 'ada');
  await visitor.get(back.pathname + back.search);
});

const changes: [string, () => Partial<People>][] = [
  ['a rule that gives their role is gone', () => ({ rules: before.rules.filter(({ value }) => value === 'readers') })],
  ['their rule gives less', () => ({ rules: before.rules.map((rule) => ({ ...rule, role: 'viewer' })) })],
  ['their rule leads elsewhere', () => ({ rules: before.rules.map((rule) => ({ ...rule, tenantSlug: 'other' })) })],
  ['the provider is another', () => ({ provider: { ...before.provider, issuer: 'https://id.example.test' } })],
];

test.each(changes)('a person’s session is over when %s', async (_what, change) => {
  expect((await visitor.get('/dashboard')).status).toBe(200);
  Object.assign(people, change());
  expect((await visitor.get('/dashboard')).location).toMatch(/^\/dashboard\/login/);
  expect(visitor.cookies.has('keyledger_session')).toBe(false);
});

test('it goes on when another rule gives the same, and when the issuer is written with a slash behind its host', async () => {
  Object.assign(people, { rules: before.rules.map((rule) => ({ ...rule, value: 'others' })) });
  expect((await visitor.get('/dashboard')).status).toBe(200);
  const { href } = new URL(provider.issuer);
  Object.assign(people, { provider: { ...before.provider, issuer: href } });
  expect((await visitor.get('/dashboard')).status).toBe(200);
});
