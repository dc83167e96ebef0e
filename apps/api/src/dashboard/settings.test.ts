import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let platform: Tenant;
let root: PageVisitor;
let customer: Tenant;
let customers = 0;
beforeAll(async () => {
  api = await startTestApi({ createDashboard });
  platform = await api.addTenant('default');
});
afterAll(() => api.close());
beforeEach(async () => {
  customer = await api.addTenant(`customer-${(customers += 1)}`);
  root = await signedIn(await api.tokenOf('platform-admin', platform));
});

async function signedIn(token: string): Promise<PageVisitor> {
  return signedInVisitor(api.origin, token);
}

const settings = '/dashboard/settings';
const pageOf = ({ id }: Tenant) => `${settings}/tenants/${id}`;
const look = (at = customer) => root.post(`${pageOf(at)}/look`);
const nameOf = async (id: string) => (await api.db.unscoped.tenant.findUnique({ where: { id } }))?.name;
const lastDeed = (tenantId: string) =>
  withTenant(api.db, tenantId, (tx) => tx.auditEvent.findFirst({ where: { tenantId }, orderBy: { seq: 'desc' } }));

test('an admin renames their tenant and gives it another time zone, and a fault is said beside the field', async () => {
  const admin = await signedIn(await api.tokenOf('admin', customer));
  const bad = await admin.post(settings, { name: ' ', reportingTimeZone: 'Mars/Base' });
  expect([bad.status, bad.html.includes('Mars/Base'), bad.html.includes('The name must not be empty.')]).toEqual([
    400,
    true,
    true,
  ]);
  await admin.post(settings, { name: 'Ours', reportingTimeZone: 'Asia/Tokyo' });
  const { html } = await admin.get(settings);
  expect(html).toContain('Times in Asia/Tokyo.');
  expect(await nameOf(customer.id)).toBe('Ours');
  expect(html).not.toContain('All tenants');
});

test('a token stands on one page once, opens the dashboard, and is gone from every page after', async () => {
  const admin = await signedIn(await api.tokenOf('admin', customer));
  const shown = await admin.post(`${settings}/tokens/new`, { name: 'Wall', role: 'viewer', lastsDays: '30' });
  const [token = ''] = /klt_[\w-]{43}_[\da-f]{6}/.exec(shown.html) ?? [];
  expect([shown.status, shown.headers.get('cache-control')]).toEqual([201, 'private, no-store']);
  expect((await signedIn(token)).cookies.size).toBeGreaterThan(0);
  const list = await admin.get(`${settings}/tokens`);
  expect([list.html.includes('Wall'), list.html.includes(token)]).toEqual([true, false]);

  const [, path = ''] = /href="([^"]+\/rotate)"[^>]*aria-label="Rotate Wall"/.exec(list.html) ?? [];
  await admin.get(path);
  const next = /klt_[\w-]{43}_[\da-f]{6}/.exec((await admin.post(path, { overlapHours: '0' })).html)?.[0] ?? '';
  expect((await api.call('GET', '/tenant', { token })).status).toBe(401);
  expect((await api.call('GET', '/tenant', { token: next })).status).toBe(200);
});

test('a token that cannot be rotated is offered no rotation, and why is said', async () => {
  const admin = await signedIn(await api.tokenOf('admin', customer));
  await admin.post(`${settings}/tokens/new`, { name: 'Rotated', role: 'viewer', lastsDays: '30' });
  const { html } = await admin.get(`${settings}/tokens`);
  const [, path = ''] = /href="([^"]+\/rotate)"[^>]*aria-label="Rotate Rotated"/.exec(html) ?? [];
  const asked = async () => {
    const page = await admin.get(path);
    return [page.status, page.html.includes('name="overlapHours"'), page.html.includes(`action="${path}"`)];
  };
  expect(await asked()).toEqual([200, true, true]);
  expect((await admin.post(path, { overlapHours: '1' })).status).toBe(201);
  expect(await asked()).toEqual([200, false, false]);
  const words =
    'Rotated cannot be rotated This access token was rotated already. The one that took its place is in the list';
  expect(readPage((await admin.get(path)).html)).toContain(words);
  const again = await admin.post(path, { overlapHours: '1' });
  expect([again.status, again.html.includes('name="overlapHours"')]).toEqual([409, false]);
  expect((await admin.post(path.replace('/rotate', '/revoke'))).status).toBe(303);
  expect(await asked()).toEqual([200, false, false]);
  expect(readPage((await admin.get(path)).html)).toContain(
    'This token has ended, and another took its place: rotate that one.',
  );
});

test('the page that issues a token issues one, however often it is sent', async () => {
  const admin = await signedIn(await api.tokenOf('admin', customer));
  const [, id = ''] = /name="id" value="([^"]+)"/.exec((await admin.get(`${settings}/tokens/new`)).html) ?? [];
  const form = { id, name: 'Sent twice', role: 'viewer', lastsDays: '30' };
  const answers = [await admin.post(`${settings}/tokens/new`, form), await admin.post(`${settings}/tokens/new`, form)];
  expect(answers.map(({ status, html }) => [status, html.includes('klt_')])).toEqual([
    [201, true],
    [400, false],
  ]);
  expect(answers[1]?.html).toContain('This form was sent before');
  expect((await admin.get(`${settings}/tokens`)).html.match(/aria-label="Rotate Sent twice"/g)).toHaveLength(1);
});

test('an admin is offered no role above their own, and is refused one that they send all the same', async () => {
  const admin = await signedIn(await api.tokenOf('admin', customer));
  expect((await admin.get(`${settings}/tokens/new`)).html).not.toContain('value="platform-admin"');
  const form = { name: 'x', role: 'platform-admin', lastsDays: '' };
  const refused = await admin.post(`${settings}/tokens/new`, form);
  expect([refused.status, refused.html.includes('klt_')]).toEqual([403, false]);
});

test('who runs the installation looks into a tenant as who they are, and every page says so', async () => {
  expect((await look()).location).toBe('/dashboard');
  const { html } = await root.get('/dashboard/keys');
  expect(readPage(html)).toMatch(/You look into customer-\d+ as default platform-admin of default\./);
  await root.post(settings, { name: 'Renamed from afar', reportingTimeZone: 'UTC' });
  expect(await nameOf(customer.id)).toBe('Renamed from afar');
  expect(await lastDeed(customer.id)).toMatchObject({
    action: 'tenant.update',
    actorName: 'default platform-admin of default',
  });
  await root.get('/dashboard');
  await root.post(`${settings}/own-tenant`);
  expect((await root.get('/dashboard')).html).not.toContain('You look into');
});

test('a form that was drawn for one tenant does nothing in another', async () => {
  const before = await nameOf(platform.id);
  await look();
  await root.get(settings);
  const [, drawnThere = ''] = /name="_csrf" value="([^"]+)"/.exec((await root.get(settings)).html) ?? [];
  await root.post(`${settings}/own-tenant`);
  const late = await root.post(settings, { _csrf: drawnThere, name: 'Wrong', reportingTimeZone: 'UTC' });
  expect(late.status).toBe(403);
  expect([await nameOf(platform.id), await nameOf(customer.id)]).toEqual([before, customer.name]);
});

test('a form is not offered to be sent into the tenant that another tab looks into, and says which that is', async () => {
  await root.get(settings);
  const typed = { name: 'Meant for the platform', reportingTimeZone: 'UTC' };
  const [, drawnAtHome = ''] = /name="_csrf" value="([^"]+)"/.exec((await root.get(settings)).html) ?? [];
  await look();
  for (const path of [settings, '/dashboard/keys', `${settings}/tokens/new`]) {
    const form = { ...typed, label: typed.name, _csrf: drawnAtHome };
    const { status, html } = await root.post(path, form, { 'sec-fetch-site': 'same-origin' });
    expect([path, status, html.includes(typed.name), html.includes('<form')]).toEqual([path, 403, false, false]);
    expect(html).toContain(`You now look into ${customer.name}; this was filled in for ${platform.name}.`);
  }
  expect(await nameOf(customer.id)).toBe(customer.name);
  // Nor the other way round; what is of no tenant goes on.
  const [, drawnThere = ''] = /name="_csrf" value="([^"]+)"/.exec((await root.get(settings)).html) ?? [];
  await root.post(`${settings}/own-tenant`);
  const back = await root.post(settings, { ...typed, _csrf: drawnThere }, { 'sec-fetch-site': 'same-origin' });
  expect(back.html).toContain(`You are back in ${platform.name}; this was filled in for another tenant.`);
  expect((await root.post('/dashboard/theme', { _csrf: drawnThere, theme: 'dark' })).status).toBe(303);
});

test('nobody else looks into a tenant, neither by the button nor with a cookie of somebody who did', async () => {
  const admin = await signedIn(await api.tokenOf('admin'));
  expect((await admin.post(`${pageOf(customer)}/look`)).status).toBe(403);
  await look();
  admin.cookies.set('keyledger_tenant', root.cookies.get('keyledger_tenant') ?? '');
  expect((await admin.get('/dashboard')).html).toContain('<span class="tenant-name" title="acme">acme</span>');
  const other = await signedIn(await api.tokenOf('platform-admin', platform));
  other.cookies.set('keyledger_tenant', root.cookies.get('keyledger_tenant') ?? '');
  expect((await other.get('/dashboard')).html).not.toContain('You look into');
});

test('a tenant that is suspended while it is looked at is looked into no more', async () => {
  await look();
  await root.get(pageOf(customer));
  await root.post(`${pageOf(customer)}/suspend`, { reason: 'The bill of May is open' });
  const { html } = await root.get(pageOf(customer));
  expect([html.includes('You look into'), html.includes('The bill of May is open')]).toEqual([false, true]);
  expect((await look()).status).toBe(403);
  const guest = createPageVisitor(api.origin);
  expect((await guest.signIn(await api.tokenOf('admin', customer))).html).toContain('The bill of May is open');
});

test('a tenant is deleted by its slug alone, and both that and a suspension are taken back by one press', async () => {
  const page = pageOf(customer);
  const statusOf = async () => (await api.db.unscoped.tenant.findUnique({ where: { id: customer.id } }))?.status;
  await root.get(page);
  expect((await root.post(`${page}/delete`, { confirm: customer.name.toUpperCase() })).status).toBe(400);
  expect(await statusOf()).toBe('active');
  for (const [action, undo, form] of [
    ['suspend', 'resume', { reason: 'unpaid' }],
    ['delete', 'restore', { confirm: customer.slug }],
  ] as const) {
    await root.post(`${page}/${action}`, form);
    expect(await statusOf()).toBe(action === 'delete' ? 'deleted' : 'suspended');
    expect((await root.get(page)).html).toContain(`action="${page}/${undo}"`);
    await root.post(`${page}/${undo}`);
    expect(await statusOf()).toBe('active');
  }
});

test('a tenant is made, exported as a file, and found by part of its name', async () => {
  const form = { name: 'Umbrella', slug: 'umbrella', reportingTimeZone: 'UTC' };
  const { location } = await root.post(`${settings}/tenants`, form);
  const file = await root.post(`${location}/export`);
  expect(file.headers.get('content-disposition')).toContain('keyledger-umbrella.jsonl');
  expect(file.html.trimEnd().split('\n').at(-1)).toContain('"end":true');
  expect((await root.get(`${settings}/tenants?q=mbrel`)).html).toContain('Umbrella');
  const again = await root.post(`${settings}/tenants`, form);
  expect([again.status, again.html.includes('There is a tenant “umbrella” already.')]).toEqual([400, true]);
});
