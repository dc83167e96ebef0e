import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { type AccessRole, accessRoles, roleAllows } from '#domain/access-tokens/access-role.js';
import { suspendTenant } from '#domain/tenants/suspend-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { withTenant } from '#db/with-tenant.js';
import { compareTimes } from '#testing/compare-times.js';
import { createPageVisitor, type PageAnswer, type PageVisitor } from '#testing/page-visitor.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { readTenantRows } from '#testing/tenant-rows.js';
import { askFor } from '#testing/test-asks.js';
import { addOrganization } from '#testing/test-deeds.js';
import { createDashboard } from './create-dashboard.js';
import type { PageRoute } from './pages/page-route.js';
import { pageRoutes } from './pages/page-routes.js';

/** `suspended` is still signed in as an admin of a tenant that was suspended since. */
const callers = ['nobody', ...accessRoles, 'suspended'] as const;
type Caller = (typeof callers)[number];
type Statuses = Readonly<Record<Caller, number>>;

interface Expected {
  /** Of what is the caller's own, or where nothing is named. Forms are sent empty: 400 where something has to be typed. */
  own: Statuses;
  /** Of what there is nowhere. What is another tenant's is answered byte by byte the same. */
  absent?: Statuses;
  /** Of what is another tenant's, for those who look after all tenants. */
  foreign?: Statuses;
}

/** What whoever has at least this role sees; nobody is shown the way to sign in. */
function page(least: AccessRole, status = 200): Statuses {
  return { ...byRole(least, status), nobody: 303, suspended: 403 };
}

/** What comes of a form or button. */
function form(least: AccessRole, status: number): Statuses {
  return { ...byRole(least, status), nobody: 401, suspended: 403 };
}

function byRole(least: AccessRole, status: number): Record<AccessRole, number> {
  const entries = accessRoles.map((role) => [role, roleAllows(role, least) ? status : 403]);
  return Object.fromEntries(entries) as Record<AccessRole, number>;
}

const shown = (least: AccessRole): Expected => ({ own: page(least) });
const shownOne = (least: AccessRole): Expected => ({ own: page(least), absent: page(least, 404) });
const sent = (least: AccessRole, status: number): Expected => ({ own: form(least, status) });
const sentTo = (least: AccessRole, status: number): Expected => ({
  own: form(least, status),
  absent: form(least, 404),
});
/** Of any tenant, by those who look after all. */
const anyTenant = (expected: Expected): Expected => ({ ...expected, foreign: expected.own });

/** Who gets what from every page and form; see `routes/isolation.test.ts` for the same of the JSON API. */
const matrix: Readonly<Record<string, Expected>> = {
  'get /': shown('viewer'),
  'get /keys': shown('viewer'),
  'get /keys/new': shown('operator'),
  'post /keys': sent('operator', 400),
  'get /keys/:id': shownOne('viewer'),
  'get /keys/:id/edit': shownOne('operator'),
  'post /keys/:id/edit': sentTo('operator', 400),
  'get /keys/:id/secret': shownOne('admin'),
  'post /keys/:id/secret': sentTo('admin', 400),
  'get /keys/:id/delete': shownOne('admin'),
  'post /keys/:id/delete': sentTo('admin', 400),
  'post /keys/:id/probe': sentTo('operator', 303),
  'post /keys/:id/activate': sentTo('operator', 303),
  'post /keys/:id/deactivate': sentTo('operator', 303),
  'get /usage': shown('viewer'),
  'get /usage.csv': shown('viewer'),
  'get /usage/reported': shown('viewer'),
  'get /spend': shown('viewer'),
  'get /spend.csv': shown('viewer'),
  'post /spend/limits': sent('admin', 303),
  'get /balance': shown('viewer'),
  'get /balance.csv': shown('viewer'),
  'post /balance/:id/sync': sentTo('admin', 400),
  'post /balance/:id/deposit': sentTo('admin', 400),
  'post /balance/:id/correct': sentTo('admin', 400),
  'get /prices': shown('viewer'),
  'get /prices.csv': shown('viewer'),
  'get /prices/own': shown('viewer'),
  'post /prices/own/preview': sent('admin', 400),
  'post /prices/own': sent('admin', 400),
  'post /prices/own/undo': sent('admin', 400),
  'get /projects': shown('viewer'),
  'get /projects/:id': shownOne('viewer'),
  'get /organizations': shown('viewer'),
  'get /organizations/:id': shownOne('viewer'),
  'post /organizations/:id/import': sentTo('operator', 303),
  'get /organizations/:id/rename': shownOne('admin'),
  'post /organizations/:id/rename': sentTo('admin', 400),
  'get /reconciliation': shown('viewer'),
  'get /reconciliation.csv': shown('viewer'),
  'get /audit': shown('admin'),
  'get /audit.csv': shown('admin'),
  'get /audit.jsonl': shown('admin'),
  'get /settings': shown('viewer'),
  'post /settings': sent('admin', 400),
  'get /settings/retention': shown('admin'),
  'post /settings/retention': sent('admin', 400),
  'get /settings/tokens': shown('admin'),
  'get /settings/tokens/new': shown('admin'),
  'post /settings/tokens/new': sent('admin', 400),
  'get /settings/tokens/:id/rotate': shownOne('admin'),
  'post /settings/tokens/:id/rotate': sentTo('admin', 201),
  'get /settings/tokens/:id/revoke': shownOne('admin'),
  'post /settings/tokens/:id/revoke': sentTo('admin', 303),
  'get /settings/tenants': shown('platform-admin'),
  'post /settings/tenants': sent('platform-admin', 400),
  'post /settings/own-tenant': sent('platform-admin', 303),
  'get /settings/tenants/:id': anyTenant(shownOne('platform-admin')),
  'post /settings/tenants/:id': anyTenant(sentTo('platform-admin', 400)),
  'post /settings/tenants/:id/look': anyTenant(sentTo('platform-admin', 303)),
  'post /settings/tenants/:id/resume': anyTenant(sentTo('platform-admin', 303)),
  'post /settings/tenants/:id/restore': anyTenant(sentTo('platform-admin', 303)),
  'post /settings/tenants/:id/export': anyTenant(sentTo('platform-admin', 200)),
  'get /settings/tenants/:id/suspend': anyTenant(shownOne('platform-admin')),
  'post /settings/tenants/:id/suspend': anyTenant(sentTo('platform-admin', 400)),
  'get /settings/tenants/:id/delete': anyTenant(shownOne('platform-admin')),
  'post /settings/tenants/:id/delete': anyTenant(sentTo('platform-admin', 400)),
  'get /settings/sessions': shown('viewer'),
  'get /settings/sessions/everywhere': shown('viewer'),
  'post /settings/sessions/everywhere': sent('viewer', 303),
  'get /settings/sessions/:id/revoke': shownOne('viewer'),
  'post /settings/sessions/:id/revoke': sentTo('viewer', 303),
};

let api: TestApi;
/** The same installation as another tenant sees it. */
let elsewhere: TestApi;
let suspended: PageVisitor;
beforeAll(async () => {
  // The clock stands still, so the buckets are not refilled.
  const rateLimit = { rpm: 60_000, burst: 1_000_000, atOnce: 1_000, exemptPaths: [] };
  api = await startTestApi({ createDashboard, settings: { rateLimit } });
  await addOrganization(api, 'organization');
  await api.addTenant('default'); // the deeds of platform administrators are audited there
  const other = await api.addTenant('elsewhere');
  elsewhere = { ...api, tenant: other, tokenOf: (role, of = other) => api.tokenOf(role, of) };
  const closed = await api.addTenant('suspended');
  suspended = await signIn('admin', closed);
  await suspendTenant(api, closed.id, { reason: 'Unpaid' });
});
afterAll(() => api.close());

async function signIn(role: AccessRole, tenant: Tenant): Promise<PageVisitor> {
  return signedInVisitor(api.origin, await api.tokenOf(role, tenant));
}

const visitors = new Map<Caller, Promise<PageVisitor>>();
function visitorOf(caller: Caller): Promise<PageVisitor> {
  const known = visitors.get(caller) ?? enter(caller);
  visitors.set(caller, known);
  return known;
}

async function enter(caller: Caller): Promise<PageVisitor> {
  if (caller === 'suspended') return suspended;
  if (caller !== 'nobody') return signIn(caller, api.tenant);
  const guest = createPageVisitor(api.origin);
  await guest.get('/dashboard/login');
  return guest;
}

/** Asks with the cookies of before: what an answer does to them is no part of the next question. */
async function send(route: PageRoute, id: string, caller: Caller): Promise<PageAnswer> {
  const visitor = await visitorOf(caller);
  const cookies = [...visitor.cookies];
  const address = `/dashboard${route.path}`.replace(':id', id).replace(/\/$/, '');
  const headers = { 'x-request-id': 'same-for-all' };
  const answer = await (route.method === 'get' ? visitor.get(address, headers) : visitor.post(address, {}, headers));
  visitor.cookies.clear();
  for (const [name, value] of cookies) visitor.cookies.set(name, value);
  return answer;
}

const anyId = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const askingFor = {
  key: 'get /keys/:id',
  organization: 'get /organizations/:id',
  project: 'get /usage/daily by project',
  token: 'get /access-tokens/:id',
  tenant: 'get /tenants/:id',
} as const;

let made = 0;
/** The id of what the route is about, made in the tenant of `at`; a session is one of `caller`. */
async function arrange(at: TestApi, { path, idOf = 'key' }: PageRoute, caller: Caller): Promise<string> {
  if (!path.includes(':id')) return '';
  if (idOf === 'session') return addSession(at, caller);
  const ask = await askFor(askingFor[idOf])(at, `thing-${(made += 1)}`);
  return anyId.exec(JSON.stringify(ask))?.[0] ?? '';
}

async function addSession(at: TestApi, caller: Caller): Promise<string> {
  const role = accessRoles.find((each) => each === caller) ?? 'viewer';
  await signIn(role, at.tenant);
  const name = `${at.tenant.slug} ${role}`;
  const [latest] = await withTenant(
    at.db,
    at.tenant.id,
    (tx) => tx.$queryRaw<{ id: string }[]>`
      SELECT s.id::text FROM session s JOIN access_token a ON a.tenant_id = s.tenant_id AND a.id = s.token_id
      WHERE a.name = ${name} ORDER BY s.id DESC LIMIT 1`,
  );
  return latest?.id ?? '';
}

function bytesOf({ status, headers, html }: PageAnswer, id: string): unknown {
  const { date: _date, ratelimit: _left, ...rest } = Object.fromEntries(headers);
  return {
    status,
    headers: JSON.parse(JSON.stringify(rest).replaceAll(id, '(id)')),
    html: html.replaceAll(id, '(id)'),
  };
}

// The table is walked without an installation: building it opens nothing.
const routes = pageRoutes({ defaults: {} } as never);
const nameOf = ({ method, path }: PageRoute) => `${method} ${path}`;
const expectedOf = (route: PageRoute): Expected => {
  const expected = matrix[nameOf(route)];
  if (!expected || (route.path.includes(':id') && !expected.absent)) throw new Error(missingOf(route)[0]);
  return expected;
};

/** What to add to this test for a page. */
function missingOf(route: PageRoute): string[] {
  const name = nameOf(route);
  if (!matrix[name]) return [`Add a row “${name}” to the matrix of this test: who gets which status from it.`];
  if (!route.path.includes(':id') || matrix[name].absent) return [];
  return [`Add “absent” to the row “${name}” of the matrix: who gets what where the id is of nothing.`];
}

test.each(routes)('$method $path is in the matrix', (route) => {
  expect(missingOf(route)).toEqual([]);
});

test('the matrix is of pages that there are', () => {
  const known = new Set(routes.map(nameOf));
  expect(Object.keys(matrix).filter((name) => !known.has(name))).toEqual([]);
});

test.each(routes)(
  '$method $path answers each caller as the matrix says, and leaves other tenants alone',
  async (route) => {
    const before = await readTenantRows(api.url, elsewhere.tenant.id);
    const statuses: Partial<Record<Caller, number>> = {};
    for (const caller of callers) {
      statuses[caller] = (await send(route, await arrange(api, route, caller), caller)).status;
      // “Sign out everywhere” means this one too.
      if (route.path.startsWith('/settings/sessions')) visitors.delete(caller);
    }
    expect(statuses).toEqual(expectedOf(route).own);
    expect(await readTenantRows(api.url, elsewhere.tenant.id)).toEqual(before);
  },
);

const naming = routes.filter(({ path }) => path.includes(':id'));

test.each(naming)('$method $path tells nobody what is another tenant’s from what is absent', async (route) => {
  const { own, absent = own, foreign = absent } = expectedOf(route);
  const theirs = await arrange(elsewhere, route, 'viewer');
  expect(theirs).toMatch(anyId);
  const nothing = newId();
  const before = await readTenantRows(api.url, elsewhere.tenant.id);
  for (const caller of callers) {
    const [seen, missed] = [await send(route, theirs, caller), await send(route, nothing, caller)];
    expect({ caller, foreign: seen.status, absent: missed.status }).toEqual({
      caller,
      foreign: foreign[caller],
      absent: absent[caller],
    });
    const compared = foreign[caller] === absent[caller] ? bytesOf(seen, theirs) : bytesOf(missed, nothing);
    expect(compared).toEqual(bytesOf(missed, nothing));
  }
  expect(await readTenantRows(api.url, elsewhere.tenant.id)).toEqual(before);
});

test.each(naming.filter((route) => !matrix[nameOf(route)]?.foreign))(
  '$method $path takes as long for what is another tenant’s as for what is absent',
  async (route) => {
    const theirs = await arrange(elsewhere, route, 'viewer');
    const nothing = newId();
    const times = await compareTimes(
      () => send(route, theirs, 'admin'),
      () => send(route, nothing, 'admin'),
    );
    expect(times).toMatchObject({ isNoise: true });
  },
);
