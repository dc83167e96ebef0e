import { readFile } from 'node:fs/promises';
import { type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { deriveKey } from '#crypto/derive-key.js';
import type { AccessRole } from '#domain/access-tokens/access-role.js';
import { recentSignInMs } from '#domain/sessions/session.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { readTenantRows } from '#testing/tenant-rows.js';
import { askFor } from '#testing/test-asks.js';
import { createDashboard } from './create-dashboard.js';
import type { PageRoute } from './pages/page-route.js';
import { pageRoutes } from './pages/page-routes.js';

/** What changes something and may be done with a sign-in of long ago, and why. */
const withoutRecentSignIn: Readonly<Record<string, string>> = {
  '/keys': 'a key that is added lets nobody in, and can be deleted',
  '/keys/:id/edit': 'can be changed back',
  '/keys/:id/probe': 'is done by itself as well, within the daily cap',
  '/keys/:id/activate': 'can be taken back',
  '/keys/:id/deactivate': 'can be taken back',
  '/spend/limits': 'can be changed back',
  '/balance/:id/sync': 'can be corrected, and the ledger keeps all of it',
  '/balance/:id/deposit': 'can be corrected, and the ledger keeps all of it',
  '/balance/:id/correct': 'can be corrected, and the ledger keeps all of it',
  '/prices/own/preview': 'changes nothing',
  '/prices/own': 'can be taken back, and former costs are kept',
  '/prices/own/undo': 'can be done again, and former costs are kept',
  '/organizations/:id/import': 'is done by itself as well',
  '/organizations/:id/rename': 'can be changed back',
  '/settings': 'name and time zone can be changed back',
  '/settings/tenants': 'nobody gets into a new tenant before a token is issued there',
  '/settings/tenants/:id': 'name and time zone can be changed back',
  '/settings/tenants/:id/look': 'gives nothing that the role does not, and what is done there is asked about by itself',
  '/settings/own-tenant': 'leads home',
};

// The table is walked without an installation: building it opens nothing.
const routes = pageRoutes({ defaults: {} } as never);
const writing = routes.filter(({ method }) => method === 'post');
const guarded = routes.filter(({ needsRecentSignIn }) => needsRecentSignIn);
const pageOf = (path: string) => routes.find((route) => route.method === 'get' && route.path === path);

describe('the table of pages', () => {
  test.each(writing)('post $path needs a recent sign-in, or it is said here why not', ({ path, needsRecentSignIn }) => {
    expect({ path, isNeeded: needsRecentSignIn === true }).toEqual({ path, isNeeded: !withoutRecentSignIn[path] });
  });

  test('what is said to need none is there', () => {
    const paths = new Set<string>(writing.map(({ path }) => path));
    expect(Object.keys(withoutRecentSignIn).filter((path) => !paths.has(path))).toEqual([]);
  });

  test('docs/sign-in.md says how recent it has to be', async () => {
    const written = await readFile(new URL('../../../../docs/sign-in.md', import.meta.url), 'utf8');
    expect(written).toContain(`a sign-in of the last ${recentSignInMs / 60_000} minutes`);
  });

  test('nothing is typed for nothing: the page of a form that needs a recent sign-in needs one too, and no other', () => {
    const posted = guarded.filter(({ method }) => method === 'post').map(({ path }) => path);
    const shown = guarded.filter(({ method }) => method === 'get').map(({ path }) => path);
    expect(shown).toEqual(posted.filter((path) => pageOf(path)));
  });
});

let api: TestApi;
let platform: Tenant;
let root: PageVisitor;
/** Where the platform administrator acts, and whom they look into. */
let customer: Tenant;
let customers = 0;
beforeAll(async () => {
  api = await startTestApi({ createDashboard });
  platform = await api.addTenant('default');
});
afterAll(() => api.close());
beforeEach(async () => {
  customer = await api.addTenant(`customer-${(customers += 1)}`);
  root = await signedIn('platform-admin', platform);
});

const settings = '/dashboard/settings';
const session = 'keyledger_session';

async function signedIn(role: AccessRole, tenant: Tenant): Promise<PageVisitor> {
  return signedInVisitor(api.origin, await api.tokenOf(role, tenant));
}

const againTo = (path: string) => `/dashboard/login?returnTo=${encodeURIComponent(path)}&again=1`;
const grownOld = (ms = recentSignInMs) => api.clock.advance(ms);
const tenantShown = (html: string) => /<span class="tenant-name" title="([^"]+)"/.exec(html)?.[1];

const askingFor = { key: 'get /keys/:id', token: 'get /access-tokens/:id', tenant: 'get /tenants/:id' } as const;

/** Something in the customer’s tenant that the route is about; its address. */
async function addressOf({ path, idOf = 'key' }: PageRoute): Promise<string> {
  return `/dashboard${path.replace(':id', path.includes(':id') ? await idOfSome(idOf) : '')}`;
}

async function idOfSome(what: NonNullable<PageRoute['idOf']>): Promise<string> {
  if (what === 'tenant') return customer.id;
  if (what === 'key' || what === 'token') {
    const at = { ...api, tenant: customer, tokenOf: (role: AccessRole) => api.tokenOf(role, customer) };
    return JSON.stringify(await askFor(askingFor[what])(at, `thing-${newId()}`)).match(anyId)?.[0] ?? '';
  }
  const someone = await signedIn('viewer', customer);
  const { html } = await someone.get(`${settings}/sessions`);
  return new RegExp(`sessions/(${anyId.source})/revoke`).exec(html)?.[1] ?? '';
}

const anyId = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/;

/** All that a form of those could want. */
const filledIn = () => ({
  confirm: customer.slug,
  reason: 'unpaid',
  name: 'Wall',
  role: 'viewer',
  lastsDays: '30',
  overlapHours: '0',
  key: `sk-proj-${newId()}${newId()}`,
});

describe('with a sign-in of fifteen minutes ago', () => {
  test.each(guarded)('$method $path leads to the sign-in, and does nothing', async (route) => {
    const address = await addressOf(route);
    await root.post(`${settings}/tenants/${customer.id}/look`);
    await root.get(settings);
    grownOld();
    await root.get('/dashboard'); // notes when it was last used
    const rows = () => Promise.all([platform, customer].map(({ id }) => readTenantRows(api.url, id)));
    const before = await rows();
    const { status, location } =
      route.method === 'get' ? await root.get(address) : await root.post(address, filledIn());
    const isButton = !pageOf(route.path);
    expect([status, location]).toEqual([303, isButton ? '/dashboard/login?again=1' : againTo(address)]);
    expect(await rows()).toEqual(before);
  });

  test('a button leads back to where it was pressed', async () => {
    const page = `${settings}/tenants/${customer.id}`;
    await root.get(page);
    grownOld();
    const { location } = await root.post(`${page}/export`, {}, { referer: api.origin + page });
    expect(location).toBe(againTo(page));
  });

  test('what needs none goes on as before, signing out too', async () => {
    grownOld();
    expect((await root.get(`${settings}/tokens`)).status).toBe(200);
    const { location } = await root.post(`${settings}/tenants`, {
      name: 'New',
      slug: newId(),
      reportingTimeZone: 'UTC',
    });
    expect(location).toMatch(/\/settings\/tenants\/[\w-]+$/);
    expect((await root.post('/dashboard/logout')).location).toBe('/dashboard/login');
    expect(root.cookies.has(session)).toBe(false);
  });

  test('whose role is too small is refused, and not asked', async () => {
    const viewer = await signedIn('viewer', customer);
    grownOld();
    expect((await viewer.get(`${settings}/tokens/new`)).status).toBe(403);
    expect((await viewer.post(`${settings}/tokens/new`, filledIn())).status).toBe(403);
  });

  test('a form of another site is refused, and asks nobody', async () => {
    const admin = await signedIn('admin', customer);
    grownOld();
    const sent = await admin.post(`${settings}/tokens/new`, filledIn(), { origin: 'https://evil.example' });
    expect([sent.status, sent.location]).toEqual([403, '']);
  });
});

test('a sign-in is recent for a second less than fifteen minutes, however busy the session is', async () => {
  // Whole seconds, as the cookie has.
  api.clock.advance(1_000 - (api.clock.now().getTime() % 1_000));
  const admin = await signedIn('admin', customer);
  grownOld(recentSignInMs - 1_000);
  expect((await admin.get(`${settings}/tokens/new`)).status).toBe(200);
  expect((await admin.post(`${settings}/tokens/new`, filledIn())).status).toBe(201);
  grownOld(1_000);
  expect((await admin.get(`${settings}/tokens/new`)).status).toBe(303);
});

test('a session from before this was told is gone on with, and counts as one of long ago', async () => {
  const admin = await signedIn('admin', customer);
  const [, body = ''] = (admin.cookies.get(session) ?? '').split('.');
  const { auth_time: _untold, ...told } = JSON.parse(Buffer.from(body, 'base64url').toString()) as JWTPayload;
  const key = deriveKey(api.ring.primary, 'session-signing', 32);
  admin.cookies.set(session, await new SignJWT(told).setProtectedHeader({ alg: 'HS256' }).sign(key));
  expect((await admin.get('/dashboard')).status).toBe(200);
  expect((await admin.get(`${settings}/tokens/new`)).location).toBe(againTo(`${settings}/tokens/new`));
});

describe('signing in again', () => {
  test('says why and as whom, and leads back to what was asked for; the session of before is over', async () => {
    const admin = await signedIn('admin', customer);
    const before = admin.cookies.get(session) ?? '';
    grownOld();
    const path = `${settings}/retention?days=40`;
    const { html } = await admin.get((await admin.get(path)).location);
    expect(html).toContain('Sign in again to go on');
    expect(html).toContain(`You are signed in as the access token “${customer.slug} admin”:`);
    expect(html).toContain('needs a sign-in of the last 15 minutes');
    const token = await api.tokenOf('admin', customer);
    const wrong = await admin.post('/dashboard/login', { token: 'klt_wrong', returnTo: path });
    expect([wrong.status, wrong.html.includes('Sign in again to go on')]).toEqual([401, true]);
    expect((await admin.post('/dashboard/login', { token, returnTo: path })).location).toBe(path);
    expect((await admin.get(path)).status).toBe(200);
    admin.cookies.set(session, before);
    expect((await admin.get('/dashboard')).location).toMatch(/^\/dashboard\/login/);
  });

  test('leads back to the tenant that was looked into, and only the same holder', async () => {
    const again = async (token: string) => {
      await root.get(againTo(`${settings}/tokens/new`));
      await root.post('/dashboard/login', { token, returnTo: `${settings}/tokens/new` });
      return tenantShown((await root.get(`${settings}/tokens/new`)).html);
    };
    await root.post(`${settings}/tenants/${customer.id}/look`);
    grownOld();
    expect(await again(await api.tokenOf('platform-admin', platform))).toBe(customer.name);
    grownOld();
    const { json } = await api.call('POST', '/access-tokens', {
      token: await api.tokenOf('platform-admin', platform),
      body: { name: 'another', role: 'platform-admin' },
    });
    expect(await again(json.token)).toBe(platform.name);
  });

  test('is not asked of who has just done so, nor of who is not signed in', async () => {
    expect((await root.get(againTo(`${settings}/tokens`))).location).toBe(`${settings}/tokens`);
    const guest = createPageVisitor(api.origin);
    const { html } = await guest.get(againTo(`${settings}/tokens`));
    expect([html.includes('<h1>Sign in</h1>'), html.includes('Sign in again')]).toEqual([true, false]);
  });

  test('is asked of nobody who only comes by the sign-in page', async () => {
    grownOld();
    expect((await root.get('/dashboard/login')).location).toBe('/dashboard');
  });

  test.each(['//evil.example', 'https://evil.example/dashboard', '/dashboard/logout'])(
    'never leads to “%s”',
    async (returnTo) => {
      grownOld();
      const { html } = await root.get(againTo(returnTo));
      expect(html).toContain('name="returnTo" value="/dashboard"');
    },
  );
});
