import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { type AccessRole, roleAllows } from '#domain/access-tokens/access-role.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { beginSession } from '#domain/sessions/begin-session.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { unscopedFindTenantBySlug } from '#domain/tenants/unscoped-find-tenant-by-slug.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestOrganization } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';
import type { PageRoute } from './pages/page-route.js';
import { pageRoutes } from './pages/page-routes.js';

const canary = simulatedSecret({ behaviour: 'invalid', label: 'canary' });

let api: TestApi;
let open: TestApi;
let keyId: string;
/** What the ids in paths may be of; each has what was typed as its name. */
let things: Record<NonNullable<PageRoute['idOf']>, string>;
beforeAll(async () => {
  api = await startTestApi({ createDashboard });
  await api.addTenant('default'); // the one that a public dashboard shows, and this one does not
  keyId = await addKey(api, await api.tokenOf('admin'));
  things = await addThings(api, api.tenant.id, keyId);
  open = await startTestApi({ createDashboard, settings: { dashboardPublic: true } });
});
afterAll(async () => {
  await api.close();
  await open.close();
});

async function addKey(to: TestApi, token: string): Promise<string> {
  return (await to.call('POST', '/keys', { token, body: { label: '<script>alert(1)</script>', key: canary } })).json.id;
}

async function addThings(to: TestApi, tenantId: string, key: string): Promise<typeof things> {
  const name = '<script>alert(1)</script>';
  const organization = await addTestOrganization(to.db, tenantId, { providerKeyId: key, name });
  const project = `proj_${newId()}`;
  const projects = [{ id: project, name, keys: [{ id: `key_${newId()}`, name }] }];
  await addTestProjects(to.db, tenantId, organization, { seenAt: to.clock.now().toISOString(), projects });
  return {
    key,
    organization,
    project,
    session: await addSession(to, tenantId, name),
    tenant: tenantId,
    token: await addToken(to, tenantId),
  };
}

async function addToken(to: TestApi, tenantId: string): Promise<string> {
  return (await issueAccessToken(to, tenantId, { name: '<script>alert(1)</script>', role: 'viewer' })).id;
}

async function addSession(to: TestApi, tenantId: string, name: string): Promise<string> {
  const { id } = await issueAccessToken(to, tenantId, { name, role: 'viewer' });
  const principal = { kind: 'token', id, name, role: 'viewer', tenant: { ...to.tenant, id: tenantId } } as const;
  return (await beginSession(to, principal, { address: name, userAgent: name })).id;
}

// The table is walked without an installation: building it opens nothing.
const routes = pageRoutes({ defaults: {} } as never);
const reading = routes.filter(({ method }) => method === 'get');
const writing = routes.filter(({ method }) => method === 'post');
const fill = (path: string, id: string) => `/dashboard${path}`.replace(':id', id).replace(/\/$/, '');

/** What a public dashboard shows to anybody. */
const isForAnybody = (route: PageRoute) =>
  route.method === 'get' && route.access === 'viewer' && route.needsSession !== true;

const idOf = (route: PageRoute) => things[route.idOf ?? 'key'];

const ask = (visitor: PageVisitor, route: PageRoute, id = idOf(route)) => visitor[route.method](fill(route.path, id));

async function signedIn(role: AccessRole, at = api, tenant = at.tenant): Promise<PageVisitor> {
  const visitor = createPageVisitor(at.origin);
  await visitor.signIn(await at.tokenOf(role, tenant));
  await visitor.get('/dashboard');
  return visitor;
}

test.each(reading)('$method $path without a session leads to the sign-in', async (route) => {
  const { status, location } = await ask(createPageVisitor(api.origin), route);
  expect([status, location]).toEqual([
    303,
    `/dashboard/login?returnTo=${encodeURIComponent(fill(route.path, idOf(route)))}`,
  ]);
});

test.each(writing)('$method $path without a session is refused, and shows the way to sign in', async (route) => {
  const guest = createPageVisitor(api.origin);
  await guest.get('/dashboard/login');
  const { status, html } = await ask(guest, route);
  expect(status).toBe(401);
  expect(html).toContain('You are not signed in any more.');
});

test.each(routes)('$method $path is for $access and above', async (route) => {
  const roles = ['viewer', 'operator', 'admin'] as const;
  // A key that does not exist, so that what is allowed changes nothing.
  const asked = roles.map(async (role) => (await ask(await signedIn(role), route, newId())).status);
  const isRefused = (await Promise.all(asked)).map((status) => status === 403);
  expect(isRefused).toEqual(roles.map((role) => !roleAllows(role, route.access)));
});

test.each(['viewer', 'operator', 'admin'] as const)('nothing that %s is offered is refused to them', async (role) => {
  for (const tenant of [api.tenant, await api.addTenant(`t-${newId()}`)]) {
    const visitor = await signedIn(role, api, tenant);
    const pages = await Promise.all(reading.map((route) => ask(visitor, route)));
    expect(pages.map(({ status }) => status)).not.toContain(500);
    const shown = pages.filter(({ status }) => status === 200).map(({ html }) => html);
    const offered = new Set(
      shown.flatMap((html) => [...html.matchAll(/ href="(\/dashboard[^"#?]*)/g)].map(([, at = '']) => at)),
    );
    const answers = await Promise.all([...offered].map(async (at) => ({ at, status: (await visitor.get(at)).status })));
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter(({ status }) => status === 403)).toEqual([]);
  }
});

test('what the table asks is what the JSON API asks for the same', () => {
  const access = Object.fromEntries(routes.map(({ method, path, access }) => [`${method} ${path}`, access]));
  expect(reading.filter(isForAnybody).map(({ path }) => path)).toEqual([
    '/',
    '/keys',
    '/keys/:id',
    '/usage',
    '/usage.csv',
    '/usage/reported',
    '/spend',
    '/spend.csv',
    '/balance',
    '/balance.csv',
    '/prices',
    '/prices.csv',
    '/prices/own',
    '/projects',
    '/projects/:id',
    '/organizations',
    '/organizations/:id',
    '/reconciliation',
    '/reconciliation.csv',
    '/settings',
  ]);
  expect(access).toMatchObject({
    'post /keys': 'operator',
    'post /organizations/:id/import': 'operator',
    'post /organizations/:id/rename': 'admin',
    'post /keys/:id/edit': 'operator',
    'post /keys/:id/probe': 'operator',
    'post /keys/:id/activate': 'operator',
    'post /keys/:id/deactivate': 'operator',
    'post /keys/:id/secret': 'admin',
    'post /keys/:id/delete': 'admin',
    'post /balance/:id/sync': 'admin',
    'post /balance/:id/deposit': 'admin',
    'post /balance/:id/correct': 'admin',
    'post /spend/limits': 'admin',
  });
  expect(writing.filter(({ access }) => access === 'viewer').map(({ path }) => path)).toEqual([
    '/settings/sessions/everywhere',
    '/settings/sessions/:id/revoke',
  ]);
});

test.each(routes.filter(({ path }) => path.includes(':id')))(
  '$method $path shows what is another tenant’s byte by byte as what is absent',
  async (route) => {
    const stranger = await signedIn('admin', api, await api.addTenant(`t-${newId()}`));
    const look = async (id: string) => {
      const headers = { 'x-request-id': 'same-for-both' };
      const { status, html } = await stranger[route.method](fill(route.path, id), {}, headers);
      return { status, html };
    };
    const getHeaders = async (id: string) => {
      const { status, html } = await stranger.get(fill(route.path, id), { 'x-request-id': 'same-for-both' });
      return { status, html };
    };
    const see = route.method === 'get' ? getHeaders : look;
    const foreign = await see(idOf(route));
    // Whoever may not ask at all learns nothing either.
    const isForThem = route.access !== 'platform-admin';
    expect(foreign.status).toBe(isForThem ? 404 : 403);
    expect(foreign.html).toContain(isForThem ? `There is no such ${route.idOf ?? 'key'}.` : 'This needs the role');
    expect(foreign).toEqual(await see(newId()));
    expect(await see('not-an-id')).toEqual(foreign);
  },
);

test('every page is kept out of caches and says its request id', async () => {
  const admin = await signedIn('admin');
  for (const path of [
    ...reading.map((route) => fill(route.path, idOf(route))),
    '/dashboard/login',
    '/dashboard/nowhere',
  ]) {
    const { headers } = await admin.get(path);
    expect([path, headers.get('cache-control')]).toEqual([path, 'private, no-store']);
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
  }
});

test('the files of a page may be kept for ever, and cost nothing of the rate limit', async () => {
  const guest = createPageVisitor(api.origin);
  const { html } = await guest.get('/dashboard/login');
  const [, stylesheet = ''] = /href="([^"]+keyledger\.css)"/.exec(html) ?? [];
  const { status, headers } = await guest.get(stylesheet);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(headers.has('ratelimit')).toBe(false);
  const other = await guest.get(stylesheet.replace(/assets\/[^/]+/, 'assets/older'));
  expect([other.status, other.headers.get('cache-control')]).toEqual([404, 'private, no-store']);
});

test('what does not exist, and what is only posted to, is a page that says so', async () => {
  const admin = await signedIn('admin');
  const missing = await admin.get('/dashboard/nowhere');
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  const button = await admin.get(`/dashboard/keys/${keyId}/probe`);
  expect([button.status, button.headers.get('allow')]).toEqual([405, 'POST']);
});

test('no page holds the stored secret, and a label that is a script stays text', async () => {
  const admin = await signedIn('admin');
  const pages = await Promise.all(reading.map((route) => ask(admin, route)));
  const answers = [
    ...pages,
    await admin.post('/dashboard/keys', { label: '<script>alert(1)</script>', key: canary }),
    await admin.post(`/dashboard/keys/${keyId}/secret`, { key: `${canary} ${canary}` }),
    await admin.post(`/dashboard/keys/${keyId}/edit`, { label: canary.slice(0, 20), dailyCapUsd: '' }),
    await admin.post(`/dashboard/keys/${keyId}/probe`),
    await admin.get('/dashboard/keys'),
  ];
  expect(answers.map(({ status }) => status)).not.toContain(500);
  for (const { html, headers } of answers) {
    expect(html).not.toContain(canary);
    expect(JSON.stringify([...headers])).not.toContain(canary);
  }
  // What is a file is no page: a browser keeps it and draws nothing.
  const drawn = answers.filter(({ headers }) => !headers.has('content-disposition'));
  expect(drawn.map(({ html }) => html).join('')).not.toContain('<script>alert');
  expect(answers[1]?.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('pages say where it is not OpenAI that is asked', async () => {
  const admin = await signedIn('admin');
  for (const path of ['/dashboard', '/dashboard/spend', '/dashboard/settings']) {
    expect((await admin.get(path)).html).toMatch(/\b127\.0\.0\.1:\d+ is asked in place of OpenAI\./);
  }
});

describe('a public dashboard', () => {
  test('shows the default tenant to anybody, and nobody else’s', async () => {
    const guest = createPageVisitor(open.origin);
    // Before there is such a tenant.
    expect((await guest.get('/dashboard')).location).toMatch(/login/);
    const tenant = await open.addTenant('default');
    const id = await addKey(open, await open.tokenOf('admin', tenant));
    const foreign = await addKey(open, await open.tokenOf('admin'));
    const theirs = await addThings(open, tenant.id, id);
    for (const { path, idOf = 'key' } of reading.filter(isForAnybody)) {
      expect([path, (await guest.get(fill(path, theirs[idOf]))).status]).toEqual([path, 200]);
    }
    expect((await guest.get(`/dashboard/keys/${foreign}`)).status).toBe(404);
    const { html } = await guest.get('/dashboard/keys');
    expect(html).toContain('Read-only');
    expect(html).not.toContain('in place of OpenAI');
  });

  test('tells names of tokens, owners of keys, mail addresses and notes to who is signed in, and to nobody else', async () => {
    const tenant = await unscopedFindTenantBySlug(open, 'default');
    if (!tenant) throw new Error('the test before made it');
    const token = await open.tokenOf('admin', tenant);
    const organization = (await open.call('GET', '/organizations', { token })).json.items[0].id;
    const people = { spendAlerts: [{ id: 'a', usd: '5', interval: 'month', recipients: ['mail@example.com'] }] };
    const keys = [{ id: 'key_owned', ownerName: 'Olga Owner', hasOwnerAccess: false }];
    const projects = [{ id: 'proj_owned', ...people, keys }];
    const seenAt = open.clock.now();
    await addTestProjects(open.db, tenant.id, organization, { seenAt: seenAt.toISOString(), projects });
    await withTenant(open.db, tenant.id, (tx) =>
      tx.organization.updateMany({ where: { id: organization }, data: { inventoryAt: seenAt, ...people } }),
    );
    const deposit = { organization, amountUsd: '5' };
    expect((await open.call('POST', '/ledger/deposits', { token, body: deposit })).status).toBe(201);
    for (const statedUsd of ['6', '7']) {
      const sync = { organization, statedUsd, reason: 'why-it-differs' };
      expect((await open.call('POST', '/ledger/sync', { token, body: sync })).status).toBeLessThan(300);
    }
    const price = { add: [{ model: 'gpt-4o', percentOff: '5', note: 'what-was-agreed' }] };
    expect((await open.call('PATCH', '/prices', { token, body: price })).status).toBe(200);

    const absent = newId();
    const ids = { key: absent, session: absent, tenant: absent, token: absent };
    const things = { ...ids, organization, project: 'proj_owned' };
    const paths = reading.map(({ path, idOf = 'key' }) => `${fill(path, things[idOf])}?organization=${organization}`);
    const admin = await signedIn('admin', open, tenant);
    const guest = createPageVisitor(open.origin);
    const secrets = ['default admin', 'Olga Owner', 'mail@example.com', 'why-it-differs', 'what-was-agreed'];
    const told = async (visitor: PageVisitor) => {
      const pages = await Promise.all(paths.map(async (path) => (await visitor.get(path)).html));
      // The name of one's own token is in the frame of each page.
      const text = pages.join('\n').replaceAll(/<header[\s\S]*?<\/header>|<aside[\s\S]*?<\/aside>/g, '');
      return secrets.filter((name) => text.includes(name));
    };
    expect(await told(admin)).toEqual(secrets);
    expect(await told(guest)).toEqual([]);
  });

  test('offers no way to write, and refuses every one', async () => {
    const guest = createPageVisitor(open.origin);
    const { html } = await guest.get('/dashboard/keys');
    expect([...html.matchAll(/<form[^>]+method="post"[^>]+action="([^"]+)"/g)].map(([, action]) => action)).toEqual([
      '/dashboard/theme',
    ]);
    const written = await Promise.all(writing.map((route) => ask(guest, route, newId())));
    expect(written.map(({ status }) => status)).toEqual(writing.map(() => 401));
    const forms = reading.filter((route) => !isForAnybody(route));
    const drawn = await Promise.all(forms.map((route) => ask(guest, route, newId())));
    expect(drawn.map(({ location }) => location.split('?')[0])).toEqual(forms.map(() => '/dashboard/login'));
  });

  test('shows nothing of a default tenant that is closed', async () => {
    const setStatus = (status: string) =>
      withOwnerConnection(open.url, (owner) =>
        owner.query(`UPDATE tenant SET status = $1 WHERE slug = 'default'`, [status]),
      );
    await setStatus('suspended');
    expect((await createPageVisitor(open.origin).get('/dashboard')).location).toMatch(/login/);
    await setStatus('active');
  });

  test('lets who signs in act in their own tenant', async () => {
    const admin = await signedIn('admin', open);
    const { status } = await admin.get('/dashboard/keys/new');
    expect(status).toBe(200);
    expect((await admin.get('/dashboard')).html).toContain('acme');
  });
});
