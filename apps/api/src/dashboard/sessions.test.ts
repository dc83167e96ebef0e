import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import type { AccessRole } from '#domain/access-tokens/access-role.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { createPageVisitor, type PageAnswer, type PageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi({ createDashboard });
});
afterAll(() => api.close());
beforeEach(async () => {
  token = await tokenFor('viewer');
});

const page = '/dashboard/settings/sessions';
const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' };

async function tokenFor(role: AccessRole, of = api.tenant): Promise<string> {
  return (await issueAccessToken(api, of.id, { name: `a ${role}`, role })).token.reveal();
}

async function signedIn(with_: string, headers = {}): Promise<PageVisitor> {
  const visitor = createPageVisitor(api.origin);
  await visitor.get('/dashboard/login');
  await visitor.post('/dashboard/login', { token: with_ }, headers);
  return visitor;
}

const isSignedIn = async (visitor: PageVisitor) => (await visitor.get('/dashboard')).status === 200;
const endings = (html: string) =>
  [...html.matchAll(/href="([^"]+\/revoke)"/g)].map(([, href = '']) => href.replaceAll('&#x2F;', '/'));

test('one’s own sessions are listed with device, address and times, and nobody else’s', async () => {
  for (const role of ['viewer', 'admin'] as const) await signedIn(await tokenFor(role), firefox);
  await signedIn(token, firefox);
  const { html } = await (await signedIn(token)).get(page);
  expect(endings(html)).toHaveLength(2);
  expect(html).toContain('Firefox on Linux');
  expect(html).toContain('<code>127.0.0.1</code>');
  expect(html.match(/this one/g)).toHaveLength(1);
  expect(html).not.toContain('Everybody else');
  expect(html).not.toContain('a admin');
});

test('a session is ended after a question, and the browser there is signed out with its next request', async () => {
  const [phone, laptop] = [await signedIn(token, firefox), await signedIn(token)];
  const [first = '', second = ''] = endings((await laptop.get(page)).html);
  const asked = await Promise.all([first, second].map((path) => laptop.get(path)));
  const path = asked[0]?.html.includes('Firefox on Linux') ? first : second;
  expect(await isSignedIn(phone)).toBe(true);
  const { location } = await laptop.post(path);
  expect((await laptop.get(location)).html).toContain('That session is over.');
  expect([await isSignedIn(phone), await isSignedIn(laptop)]).toEqual([false, true]);
  expect((await laptop.post(path)).status).toBe(404);
});

test('ending the session that one is in leads to the sign-in', async () => {
  const only = await signedIn(token);
  const [path = ''] = endings((await only.get(page)).html);
  expect((await only.post(path)).location).toBe('/dashboard/login');
  expect(await isSignedIn(only)).toBe(false);
});

test('signing out everywhere ends every session of the token, and no other', async () => {
  const [phone, laptop, other] = [
    await signedIn(token),
    await signedIn(token),
    await signedIn(await tokenFor('viewer')),
  ];
  expect((await laptop.get(`${page}/everywhere`)).html).toContain('2 sessions end');
  const { location } = await laptop.post(`${page}/everywhere`);
  expect(location).toBe('/dashboard/login');
  expect(await Promise.all([phone, laptop, other].map(isSignedIn))).toEqual([false, false, true]);
});

test('wherever a session ends the browser is told to drop what it keeps of us, and of no other host', async () => {
  const toldTo = ({ headers }: PageAnswer) => headers.get('clear-site-data');
  const phone = await signedIn(token);
  expect(toldTo(await phone.get('/dashboard'))).toBeNull();
  const signedOut = await phone.post('/dashboard/logout');

  const laptop = await signedIn(token);
  const [path = ''] = endings((await laptop.get(page)).html);
  const revoked = await laptop.post(path);

  const [here, there] = [await signedIn(token), await signedIn(token)];
  await here.get(page);
  const everywhere = await here.post(`${page}/everywhere`);
  const endedElsewhere = await there.get('/dashboard');

  const answers = [signedOut, revoked, everywhere, endedElsewhere];
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
  expect(answers.map(toldTo)).toEqual(answers.map(() => '"cache", "storage"'));
  expect(toldTo(await there.get('/dashboard/login'))).toBeNull();
});

test('an admin sees and ends the sessions of everybody in the tenant, a viewer none but their own', async () => {
  const viewer = await signedIn(token, firefox);
  const [path = ''] = endings((await viewer.get(page)).html);
  const stranger = await signedIn(await tokenFor('viewer'));
  const foreign = await signedIn(await tokenFor('admin', await api.addTenant('elsewhere')));
  for (const visitor of [stranger, foreign]) {
    await visitor.get(page);
    expect([(await visitor.get(path)).status, (await visitor.post(path)).status]).toEqual([404, 404]);
  }
  expect(await isSignedIn(viewer)).toBe(true);
  const admin = await signedIn(await tokenFor('admin'));
  expect(endings((await admin.get(page)).html)).toContain(path);
  const { location } = await admin.post(path);
  expect((await admin.get(location)).html).toContain('That session of “a viewer” is over.');
  expect(await isSignedIn(viewer)).toBe(false);
  const [event] = await withTenant(api.db, api.tenant.id, (tx) =>
    tx.auditEvent.findMany({ where: { tenantId: api.tenant.id, action: 'session.revoke' }, orderBy: { seq: 'desc' } }),
  );
  expect([event?.actorName, event?.subjectName, event?.address]).toEqual(['a admin', 'a viewer', '127.0.0.1']);
});

test('nobody ends the sessions of a higher role: an admin of the platform’s tenant not those of its administrators', async () => {
  const platform = await api.addTenant('default');
  const root = await signedIn(await tokenFor('platform-admin', platform), firefox);
  const [path = ''] = endings((await root.get(page)).html);
  const admin = await signedIn(await tokenFor('admin', platform));
  const { html } = await admin.get(page);
  expect(html).toContain('a platform-admin');
  expect(endings(html)).not.toContain(path);
  expect((await admin.post(path)).status).toBe(403);
  expect(await isSignedIn(root)).toBe(true);
  const second = await signedIn(await tokenFor('platform-admin', platform));
  await second.get(page);
  expect((await second.post(path)).status).toBe(303);
  expect(await isSignedIn(root)).toBe(false);
});

test('no form of another page ends a session', async () => {
  const visitor = await signedIn(token);
  const [path = ''] = endings((await visitor.get(page)).html);
  expect((await visitor.post(path, { _csrf: 'made up' })).status).toBe(403);
  expect((await visitor.post(`${page}/everywhere`, {}, { origin: 'https://evil.example' })).status).toBe(403);
  expect(await isSignedIn(visitor)).toBe(true);
});
