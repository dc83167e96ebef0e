import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Tenant } from '#domain/tenants/tenant.js';
import { createTestPeople } from '#testing/create-test-people.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { startTestIdentityProvider, type TestIdentityProvider } from '#testing/test-identity-provider.js';
import { createDashboard } from './create-dashboard.js';

// Signing in again at a real provider: what needs a recent sign-in is that of `recent-sign-in.test.ts`.
const publicUrl = 'https://keys.example.test';
const session = 'keyledger_session';
const guarded = '/dashboard/settings/sessions/everywhere';
const minuteMs = 60_000;

let provider: TestIdentityProvider;
let api: TestApi;
/** Asks the provider each time when somebody signed in there, as it demands that this was within the hour. */
let demanding: TestApi;
let customer: Tenant;
/** What the provider has is the real time; ours goes ahead of it. */
let laterMs = 0;
const clock = { now: () => new Date(Date.now() + laterMs) };
const secsAgo = (secs: number) => Math.floor(clock.now().getTime() / 1000) - secs;

beforeAll(async () => {
  provider = await startTestIdentityProvider({ publicUrl });
  api = await start({});
  demanding = await start({ OIDC_MAX_AGE_SECS: '3600' });
  await api.addTenant('default');
  customer = await api.addTenant('customer');
});
afterAll(async () => {
  await api.close();
  await demanding.close();
  await provider.close();
});

let visitor: PageVisitor;
/** The same browser, as the provider knows it. */
let browser: PageVisitor;
beforeEach(() => {
  visitor = createPageVisitor(api.origin);
  browser = createPageVisitor(provider.issuer);
});
afterEach(() => {
  provider.tamper = null;
  laterMs = 0;
});

function start(demands: Record<string, string>): Promise<TestApi> {
  const environment = {
    OIDC_SCOPES: 'openid profile groups',
    OIDC_MAPPING: 'group:ops=acme/operator; group:root=default/platform-admin',
    ...demands,
  };
  const people = createTestPeople(provider, environment, clock);
  return startTestApi({ now: new Date().toISOString(), createDashboard, deps: { clock, people } });
}

let logins = 0;
function person(group = 'ops'): string {
  const login = `person-${(logins += 1)}`;
  provider.people.set(login, { name: login, groups: [group] });
  return login;
}

/** From the address that begins a sign-in to the one that the browser is led to when it is done. */
async function signIn(login: string, { from = '/dashboard/login/provider', by = visitor } = {}) {
  const back = await provider.signIn((await by.get(from)).location, login, browser);
  return by.get(back.pathname + back.search);
}

/** The way to the provider that the sign-in page shows to whom it asks to sign in again. */
async function wayAgain(path = guarded, by = visitor): Promise<string> {
  const { html } = await by.get((await by.get(path)).location);
  expect(html).toContain('Sign in again to go on');
  return (/href="([^"]+login\/provider[^"]*)"/.exec(html)?.[1] ?? '')
    .replaceAll('&amp;', '&')
    .replaceAll('&#x3D;', '=');
}

const shown = async (path: string, by = visitor) => (await by.get(path)).status;
const noticeOf = (html: string) => /role="alert"[\s\S]*?<p>([^<]*)</.exec(html)?.[1] ?? '';

test('the provider has to ask again who somebody is, also when it still knows their browser, and they are back where they were', async () => {
  const login = person('root');
  await signIn(login);
  await visitor.get('/dashboard');
  await visitor.post(`/dashboard/settings/tenants/${customer.id}/look`);
  const before = visitor.cookies.get(session) ?? '';
  const path = '/dashboard/settings/retention?days=40';

  const plain = (await createPageVisitor(api.origin).get('/dashboard/login/provider')).location;
  expect((await browser.get(plain.slice(provider.issuer.length))).location).toMatch(new RegExp(`^${publicUrl}`));

  const from = await wayAgain(path);
  const { location } = await visitor.get(from);
  const asked = new URL(location).searchParams;
  expect([asked.get('prompt'), asked.get('max_age')]).toEqual(['login', '0']);
  expect((await browser.get(location.slice(provider.issuer.length))).location).toContain('/interaction/');

  expect((await signIn(login, { from })).location).toBe(path);
  const { status, html } = await visitor.get(path);
  expect([status, html.includes('You look into')]).toEqual([200, true]);
  visitor.cookies.set(session, before);
  expect((await visitor.get('/dashboard')).location).toMatch(/^\/dashboard\/login/);
});

test.each([
  ['does not tell when that was', undefined],
  ['tells that it was long ago', secsAgo(16 * 60)],
  ['tells a time to come', secsAgo(-3_600)],
  ['tells it in milliseconds', Date.now()],
])('a provider that %s has shown nothing, and the session goes on as it was', async (_what, auth_time) => {
  const login = person();
  await signIn(login);
  const before = visitor.cookies.get(session);
  const from = await wayAgain();
  provider.tamper = ({ auth_time: _told, ...claims }) => ({ ...claims, ...(auth_time && { auth_time }) });
  const { status, html } = await signIn(login, { from });
  expect([status, noticeOf(html)]).toEqual([403, expect.stringContaining('there no longer than 900 seconds ago, as')]);
  expect(html).toContain('Sign in again to go on');
  expect([visitor.cookies.get(session), await shown('/dashboard'), await shown(guarded)]).toEqual([before, 200, 303]);
});

test('where the settings demand more than fifteen minutes do, who signs in again shows that', async () => {
  const strict = await start({ OIDC_MAX_AGE_SECS: '300' });
  try {
    visitor = createPageVisitor(strict.origin);
    const login = person();
    await signIn(login);
    laterMs = 15 * minuteMs;
    const from = await wayAgain();
    provider.tamper = (claims) => ({ ...claims, auth_time: secsAgo(6 * 60) });
    const { status, html } = await signIn(login, { from });
    expect([status, noticeOf(html)]).toEqual([403, expect.stringContaining('no longer than 300 seconds ago, as')]);
  } finally {
    await strict.close();
  }
});

test('signing out and in is no way around: what counts is when the provider asked, not when the session began', async () => {
  provider.tamper = (claims) => ({ ...claims, auth_time: secsAgo(15 * 60) });
  await signIn(person());
  expect([await shown('/dashboard'), await shown(guarded)]).toEqual([200, 303]);
});

test('where the provider tells at once when somebody signed in there, that is recent for fifteen minutes', async () => {
  visitor = createPageVisitor(demanding.origin);
  const login = person();
  provider.proofs.set(login, { ts: secsAgo(10 * 60) });
  await signIn(login);
  expect(await shown(guarded)).toBe(200);
  laterMs = 5 * minuteMs;
  expect(await shown(guarded)).toBe(303);
});

test('who comes back as somebody else has signed in as that, and the session of before is over', async () => {
  await signIn(person('root'));
  await visitor.get('/dashboard');
  await visitor.post(`/dashboard/settings/tenants/${customer.id}/look`);
  const before = visitor.cookies.get(session) ?? '';
  const from = await wayAgain();
  browser = createPageVisitor(provider.issuer);
  const other = person();
  await signIn(other, { from });
  const { html } = await visitor.get('/dashboard');
  expect([html.includes(`<dd>${other}</dd>`), html.includes('You look into')]).toEqual([true, false]);
  visitor.cookies.set(session, before);
  expect(await shown('/dashboard')).toBe(303);
});

test('who came with a token is shown that way first, and the provider’s all the same', async () => {
  const token = await api.tokenOf('viewer');
  await visitor.signIn(token);
  laterMs = 15 * minuteMs;
  const { html } = await visitor.get((await visitor.get(guarded)).location);
  expect(html).toContain('You are signed in as the access token “acme viewer”:');
  expect(html).toContain('<button class="button wide primary">Sign in</button>');
  expect(html).toContain('<a class="button wide" href="/dashboard/login/provider?');
});

test.each(['cross-site', 'same-site'])('a link of a page of %s begins no sign-in again', async (site) => {
  await signIn(person());
  const before = visitor.cookies.get(session);
  const from = await wayAgain();
  const { location } = await visitor.get(from, { 'sec-fetch-site': site });
  expect(location).toBe(`/dashboard/login?returnTo=${encodeURIComponent(guarded)}&again=1`);
  expect([visitor.cookies.has('keyledger_flow'), visitor.cookies.get(session)]).toEqual([false, before]);
});

test('a sign-in that was not begun as one again does not become it on the way', async () => {
  const login = person();
  const back = await provider.signIn((await visitor.get('/dashboard/login/provider')).location, login, browser);
  await visitor.get(`${back.pathname}${back.search}&again=1`);
  expect([await shown('/dashboard'), await shown(guarded)]).toEqual([200, 303]);
});
