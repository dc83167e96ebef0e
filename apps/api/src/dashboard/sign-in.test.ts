import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { revokeAccessToken } from '#domain/access-tokens/revoke-access-token.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { createPageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let production: TestApi;
beforeAll(async () => {
  api = await startTestApi({ createDashboard });
  production = await startTestApi({ createDashboard, settings: { httpsOnly: true } });
});
afterAll(async () => {
  await api.close();
  await production.close();
});

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const session = 'keyledger_session';
const visitor = () => createPageVisitor(api.origin);

async function signedIn() {
  const someone = visitor();
  await someone.signIn(await api.tokenOf('admin'));
  return someone;
}

async function issue(expiresAt?: Date) {
  const { id, token } = await issueAccessToken(api, api.tenant.id, { name: 'short-lived', role: 'viewer', expiresAt });
  return { id, token: token.reveal() };
}

test('the root leads to the dashboard, and the dashboard to the sign-in and back', async () => {
  const someone = visitor();
  expect(await someone.get('/')).toMatchObject({ status: 302, location: '/dashboard' });
  const asked = await someone.get('/dashboard/keys?q=a%26b');
  expect(asked.location).toBe(`/dashboard/login?returnTo=${encodeURIComponent('/dashboard/keys?q=a%26b')}`);
  expect((await someone.get(asked.location)).html).toContain('name="returnTo" value="/dashboard/keys?q&#x3D;a%26b"');
  const { status, location } = await someone.signIn(await api.tokenOf('viewer'), '/dashboard/keys?q=a%26b');
  expect([status, location]).toEqual([303, '/dashboard/keys?q=a%26b']);
  expect((await someone.get(location)).status).toBe(200);
  expect((await someone.get('/dashboard/login')).location).toBe('/dashboard');
});

test.each([
  '//evil.example/dashboard',
  'https://evil.example/dashboard',
  // Nor to what one of ours is called elsewhere.
  '//evil.example/dashboard/keys',
  '/\\evil.example/dashboard',
  '/dashboard/../../evil.example',
  '/dashboard@evil.example',
  '/dashboardevil',
  '/docs',
  'javascript:alert(1)',
  '\thttps://evil.example',
  '/dashboard/logout',
  '',
])('signing in never leads to “%s”', async (returnTo) => {
  expect((await visitor().signIn(await api.tokenOf('viewer'), returnTo)).location).toBe('/dashboard');
  const shown = await visitor().get(`/dashboard/login?returnTo=${encodeURIComponent(returnTo)}`);
  expect(shown.html).toContain('name="returnTo" value="/dashboard"');
});

test('an address that leaves and comes back is the one it comes back to', async () => {
  const { location } = await visitor().signIn(await api.tokenOf('viewer'), '/dashboard/./x/../keys//evil.example');
  expect(location).toBe('/dashboard/keys//evil.example');
});

test('a wrong token is refused in the form, and after ten of them even a right one has to wait', async () => {
  const someone = visitor();
  const first = await someone.signIn('klt_wrong');
  expect(first.status).toBe(401);
  expect(first.html).toContain('This access token is unknown, was revoked, or has expired.');
  expect(first.html).not.toContain('klt_wrong');
  expect((await someone.signIn('  ')).html).toContain('Paste your access token.');
  for (let tries = 1; tries < 10; tries += 1) await someone.signIn('klt_wrong');
  const refused = await someone.signIn((await issue()).token);
  expect(refused.status).toBe(429);
  expect(refused.html).toContain('Too many sign-ins from your address were refused. Try again in 6 s.');
  expect(refused.headers.get('retry-after')).toBe('6');
  expect(someone.cookies.has(session)).toBe(false);
  api.clock.advance(minuteMs);
  expect((await someone.signIn((await issue()).token)).status).toBe(303);
});

test('a token signs in so often and no more, is not audited for it, and its sessions go on', async () => {
  const strict = await startTestApi({ createDashboard, settings: { signIns: { burst: 2, perMinute: 1 } } });
  const signIn = async (token: string) => {
    const someone = createPageVisitor(strict.origin);
    return { someone, ...(await someone.signIn(token)) };
  };
  const [first, second] = [await signIn(await strict.tokenOf('viewer')), await signIn(await strict.tokenOf('viewer'))];
  const third = await signIn(await strict.tokenOf('viewer'));
  expect([first, second, third].map(({ status }) => status)).toEqual([303, 303, 429]);
  expect(third.html).toContain('You have signed in too often. Try again in 60 s;');
  expect([third.headers.get('retry-after'), third.someone.cookies.has(session)]).toEqual(['60', false]);
  expect((await first.someone.get('/dashboard')).status).toBe(200);
  expect((await signIn(await strict.tokenOf('admin'))).status).toBe(303);
  const begun = await withTenant(strict.db, strict.tenant.id, (tx) =>
    tx.auditEvent.count({ where: { action: 'session.begin', actorName: 'acme viewer' } }),
  );
  expect(begun).toBe(2);
  strict.clock.advance(minuteMs);
  expect((await signIn(await strict.tokenOf('viewer'))).status).toBe(303);
  await strict.close();
});

test('the session cookie is for HTTP and this site alone, and says nothing but ids and when it was signed in', async () => {
  const someone = await signedIn();
  const [cookie = ''] = someone.setCookies;
  expect(cookie).toMatch(/^keyledger_session=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
  const claims = JSON.parse(Buffer.from(cookie.split('.')[1] ?? '', 'base64url').toString()) as object;
  expect(Object.keys(claims).toSorted()).toEqual(['aud', 'auth_time', 'exp', 'iss', 'sid', 'tenantId']);
  expect(cookie).not.toContain(await api.tokenOf('admin'));
});

test('in production every cookie is for TLS and this host alone', async () => {
  const someone = createPageVisitor(production.origin);
  await someone.get('/dashboard/login');
  expect(someone.setCookies).toEqual([
    expect.stringMatching(/^__Host-keyledger_visitor=[\w.-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
  ]);
  await someone.signIn(await production.tokenOf('admin'));
  expect(someone.setCookies[0]).toMatch(
    /^__Host-keyledger_session=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  await someone.get('/dashboard');
  await someone.post('/dashboard/theme', { theme: 'dark', returnTo: '/dashboard' });
  expect(someone.setCookies.at(-1)).toMatch(/^theme=dark; .*Secure/);
});

test('whose browser keeps no cookie over plain HTTP in production is told why', async () => {
  const someone = createPageVisitor(production.origin);
  await someone.get('/dashboard/login');
  someone.cookies.clear();
  const { status, html } = await someone.post('/dashboard/login', { token: 'x' });
  expect(status).toBe(403);
  expect(html).toContain('Your browser sent no cookie. Here they need HTTPS (or localhost), and have to be allowed.');
});

const idOf = (cookie = '') =>
  (JSON.parse(Buffer.from(cookie.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid;

test('each sign-in is a session of its own, and the one that the browser brought along ends', async () => {
  const someone = await signedIn();
  const before = someone.cookies.get(session) ?? '';
  await someone.get('/dashboard');
  await someone.post('/dashboard/login', { token: await api.tokenOf('admin') });
  expect(idOf(someone.cookies.get(session))).not.toBe(idOf(before));
  someone.cookies.set(session, before);
  expect((await someone.get('/dashboard')).status).toBe(303);
});

test('a session or visitor that an attacker planted before the sign-in opens nothing after it', async () => {
  const attacker = await signedIn();
  const planted = new Map(attacker.cookies);
  const guest = visitor();
  await guest.get('/dashboard/login');
  planted.set('keyledger_visitor', guest.cookies.get('keyledger_visitor') ?? '');
  const victim = visitor();
  victim.cookies = new Map(planted);
  await victim.get('/dashboard');
  expect((await victim.post('/dashboard/login', { token: await api.tokenOf('viewer') })).status).toBe(303);
  // Nor is it who signs in next at this browser.
  expect(victim.cookies.has('keyledger_visitor')).toBe(false);
  const { html } = await victim.get('/dashboard');
  const [, formToken = ''] = /name="_csrf" value="([^"]+)"/.exec(html) ?? [];

  const taken = visitor();
  taken.cookies = new Map(planted);
  expect((await taken.get('/dashboard')).location).toMatch(/^\/dashboard\/login/);
  taken.cookies = new Map(planted);
  expect((await taken.post('/dashboard/theme', { _csrf: formToken, theme: 'dark' })).status).toBe(403);
  expect(idOf(victim.cookies.get(session))).not.toBe(idOf(planted.get(session)));
});

test('a session ends with its token: revoked', async () => {
  const { id, token } = await issue();
  const someone = visitor();
  await someone.signIn(token);
  expect((await someone.get('/dashboard')).status).toBe(200);
  await revokeAccessToken(api, { role: 'admin', tenant: api.tenant }, id);
  expect((await someone.get('/dashboard')).location).toMatch(/^\/dashboard\/login/);
  expect(someone.cookies.has(session)).toBe(false);
});

test('a session ends with its token: expired', async () => {
  const { token } = await issue(new Date(api.clock.now().getTime() + 10 * minuteMs));
  const someone = visitor();
  await someone.signIn(token);
  expect((await someone.get('/dashboard')).status).toBe(200);
  api.clock.advance(10 * minuteMs);
  expect((await someone.get('/dashboard')).status).toBe(303);
});

test('a session of a tenant that was suspended is over, and its holder is told', async () => {
  const tenant = await api.addTenant('suspended');
  const someone = visitor();
  await someone.signIn(await api.tokenOf('admin', tenant));
  await withOwnerConnection(api.url, (owner) =>
    owner.query(`UPDATE tenant SET status = 'suspended' WHERE id = $1`, [tenant.id]),
  );
  const { status, html } = await someone.get('/dashboard');
  expect([status, html]).toEqual([403, expect.stringContaining('This tenant is suspended')]);
  expect(someone.cookies.has(session)).toBe(false);
  expect((await someone.signIn(await api.tokenOf('admin', tenant))).html).toContain('This tenant is suspended.');
});

test('who is refused with their tenant is shown the way to sign in as somebody else', async () => {
  const tenant = await api.addTenant('closed');
  const someone = visitor();
  await someone.signIn(await api.tokenOf('admin', tenant));
  await withOwnerConnection(api.url, (owner) =>
    owner.query(`UPDATE tenant SET status = 'suspended' WHERE id = $1`, [tenant.id]),
  );
  const { html } = await someone.get('/dashboard/keys');
  const [, way = '', words] = /<a class="button primary" href="([^"]+)">([^<]+)</.exec(html) ?? [];
  expect(words).toBe('Sign in as somebody else');
  const { status } = await someone.get(way.replace('&#x3D;', '='));
  expect(status).toBe(200);
  await someone.post('/dashboard/login', { token: await api.tokenOf('viewer') });
  expect((await someone.get('/dashboard')).status).toBe(200);
});

test('a session ends after two hours without use, and a refresh in the background is no use', async () => {
  const someone = await signedIn();
  api.clock.advance(2 * hourMs - minuteMs);
  const idle = new Map(someone.cookies);
  expect((await someone.get('/dashboard', { 'sec-fetch-mode': 'cors' })).status).toBe(200);
  api.clock.advance(minuteMs);
  expect((await someone.get('/dashboard')).status).toBe(303);
  someone.cookies = idle;
  expect((await someone.get('/dashboard')).status).toBe(303);
});

test('a session in use ends after twelve hours all the same', async () => {
  const someone = await signedIn();
  for (let hours = 0; hours < 12; hours += 1) {
    expect((await someone.get('/dashboard')).status).toBe(200);
    api.clock.advance(hourMs);
  }
  expect((await someone.get('/dashboard')).status).toBe(303);
});

test('a cookie that was tampered with, or is for something else, is none', async () => {
  const someone = await signedIn();
  const genuine = someone.cookies.get(session) ?? '';
  const [head = '', body = '', signature = ''] = genuine.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const guest = visitor();
  await guest.get('/dashboard/login');
  const forged = [
    `${head}.${encode({ ...claims, exp: 9_999_999_999 })}.${signature}`,
    `${encode({ alg: 'none' })}.${body}.`,
    `${encode({ alg: 'none' })}.${body}.${signature}`,
    `${head}.${body}.${signature.slice(0, -2)}AA`,
    guest.cookies.get('keyledger_visitor') ?? '',
    'x',
    '',
  ];
  for (const cookie of forged) {
    someone.cookies.set(session, cookie);
    expect([cookie, (await someone.get('/dashboard')).status]).toEqual([cookie, 303]);
  }
  someone.cookies.set(session, genuine);
  expect((await someone.get('/dashboard')).status).toBe(200);
});

test('signing out ends the session, also for a copy of its cookie', async () => {
  const someone = await signedIn();
  await someone.get('/dashboard');
  const copy = someone.cookies.get(session) ?? '';
  expect((await someone.post('/dashboard/logout')).location).toBe('/dashboard/login');
  expect(someone.cookies.has(session)).toBe(false);
  someone.cookies.set(session, copy);
  expect((await someone.get('/dashboard')).status).toBe(303);
});

test('a database that cannot be asked for a moment signs nobody out', async () => {
  const someone = await signedIn();
  const rename = (from: string, to: string) =>
    withOwnerConnection(api.url, (owner) => owner.query(`ALTER TABLE ${from} RENAME TO ${to}`));
  await rename('session', 'session_away');
  const { status } = await someone.get('/dashboard');
  await rename('session_away', 'session');
  expect([status, someone.setCookies]).toEqual([500, []]);
  expect((await someone.get('/dashboard')).status).toBe(200);
});

test('a session is no key to the JSON API, which no other site could then be kept from', async () => {
  const someone = await signedIn();
  expect((await someone.get('/keys')).status).toBe(401);
});
