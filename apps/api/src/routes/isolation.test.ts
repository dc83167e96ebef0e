import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { type AccessRole, accessRoles, roleAllows } from '#domain/access-tokens/access-role.js';
import { suspendTenant } from '#domain/tenants/suspend-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { addTestBilled } from '#testing/add-test-bill.js';
import { compareTimes } from '#testing/compare-times.js';
import { eventually } from '#testing/eventually.js';
import { namingFields } from '#testing/naming-fields.js';
import { type Answer, startTestApi, type TestApi } from '#testing/start-test-api.js';
import { readTenantRows } from '#testing/tenant-rows.js';
import { askFor } from '#testing/test-asks.js';
import { addOrganization } from '#testing/test-deeds.js';
import type { Route } from '../http/define-route.js';
import { allRoutes } from './all-routes.js';

/** `suspended` holds an admin's token of a tenant that is suspended. */
const callers = ['nobody', ...accessRoles, 'suspended'] as const;
type Caller = (typeof callers)[number];
type Statuses = Readonly<Record<Caller, number>>;

interface Expected {
  /** Of what is the caller's own, or where nothing is named. */
  own: Statuses;
  /** Of what there is nowhere, where something is named. What is another tenant's is answered byte by byte the same. */
  absent?: Statuses;
  /** Of what is another tenant's, for those who look after all tenants: where they see it, it differs. */
  foreign?: Statuses;
}

/** What whoever has at least this role gets; whoever has less learns that and nothing else. */
function from(least: AccessRole, status: number): Statuses {
  const ofRoles = accessRoles.map((role) => [role, roleAllows(role, least) ? status : 403]);
  return { nobody: 401, suspended: 403, ...(Object.fromEntries(ofRoles) as Record<AccessRole, number>) };
}

const everybody = Object.fromEntries(callers.map((caller) => [caller, 200])) as Statuses;
const listed = { own: from('viewer', 200) };
const named = { own: from('viewer', 200), absent: from('viewer', 404) };
/** A filter that finds nothing. */
const filtered = { own: from('viewer', 200), absent: from('viewer', 200) };
const administered = { own: from('admin', 200), absent: from('admin', 404) };
const anyTenant = {
  own: from('platform-admin', 200),
  foreign: from('platform-admin', 200),
  absent: from('platform-admin', 404),
};

/**
 * Who gets what from every route; and, after `by`, where a field of its query or body names a thing. The statuses are
 * written down here rather than taken from the routes, so that a change of who may do what shows twice.
 */
const matrix: Readonly<Record<string, Expected>> = {
  'get /ping': { own: everybody },
  'get /health/live': { own: everybody },
  'get /health/ready': { own: everybody },
  'get /keys': listed,
  'get /keys by after': filtered,
  'get /keys/:id': named,
  'post /keys': { own: from('operator', 201) },
  'post /keys/:id/probe': { own: from('operator', 200), absent: from('operator', 404) },
  'patch /keys/:id': { own: from('operator', 200), absent: from('operator', 404) },
  'patch /keys/:id/active': { own: from('operator', 200), absent: from('operator', 404) },
  'put /keys/:id/secret': administered,
  'delete /keys/:id': { own: from('admin', 204), absent: from('admin', 404) },
  'get /data': listed,
  'get /data by key': named,
  'delete /reset': { own: from('admin', 200) },
  'post /usage/events': { own: from('operator', 200) },
  'post /usage/events by keyId': { own: from('operator', 200), absent: from('operator', 400) },
  'get /usage/daily': listed,
  'get /usage/daily by organization': named,
  'get /usage/daily by project': named,
  'get /usage/daily by key': named,
  'get /usage/monthly': listed,
  'get /usage/monthly by organization': named,
  'get /usage/monthly by project': named,
  'get /usage/monthly by key': named,
  'get /usage/timeseries': listed,
  'get /usage/timeseries by organization': named,
  'get /usage/timeseries by project': named,
  'get /usage/timeseries by key': named,
  'get /usage/summary': listed,
  'get /usage/summary by organization': named,
  'get /usage/summary by project': named,
  'get /usage/summary by key': named,
  'get /usage/dashboard': listed,
  'get /usage/reported': listed,
  'get /usage/reported by organization': named,
  'get /usage/reported by project': named,
  'get /usage/reported by key': named,
  'put /usage/limits': { own: from('admin', 200) },
  'get /prices': listed,
  'get /prices/overrides': listed,
  'patch /prices': { own: from('admin', 200) },
  'patch /prices by remove': { own: from('admin', 200), absent: from('admin', 400) },
  'patch /prices by restore': { own: from('admin', 200), absent: from('admin', 400) },
  'get /prices/re-ratings': listed,
  'post /prices/re-rate': { own: from('admin', 201) },
  'get /prices/versions': listed,
  'get /prices/unpriced': listed,
  'get /costs by organization': named,
  'get /projects by organization': named,
  'get /organization/costs by organization': named,
  'get /organization/projects by organization': named,
  'get /reconciliation by organization': named,
  'get /reconciliation by project': named,
  'get /ledger by organization': named,
  'get /ledger/balance by organization': named,
  'post /ledger/deposits by organization': { own: from('admin', 201), absent: from('admin', 404) },
  'post /ledger/sync by organization': { own: from('admin', 201), absent: from('admin', 404) },
  'post /ledger/corrections by organization': { own: from('admin', 201), absent: from('admin', 404) },
  'post /ledger/corrections by undoId': { own: from('admin', 201), absent: from('admin', 404) },
  'get /organizations': listed,
  'get /organizations by after': filtered,
  'get /organizations/:id': named,
  'get /organizations/:id/drift': named,
  'get /organizations/:id/unknown-results': named,
  'patch /organizations/:id': administered,
  'post /organizations/:id/import': { own: from('operator', 200), absent: from('operator', 404) },
  'get /access-tokens': { own: from('admin', 200) },
  'get /access-tokens by after': { own: from('admin', 200), absent: from('admin', 200) },
  'get /access-tokens/:id': administered,
  'post /access-tokens': { own: from('admin', 201) },
  'post /access-tokens/:id/rotate': { own: from('admin', 201), absent: from('admin', 404) },
  'delete /access-tokens/:id': { own: from('admin', 204), absent: from('admin', 404) },
  'get /tenant': listed,
  'patch /tenant': { own: from('admin', 200) },
  'get /tenant/retention': listed,
  'put /tenant/retention': { own: from('admin', 200) },
  'get /tenants': { own: from('platform-admin', 200) },
  'get /tenants/:id': anyTenant,
  'get /tenants/:id/export': anyTenant,
  'post /tenants': { own: from('platform-admin', 201) },
  'patch /tenants/:id': anyTenant,
  'post /tenants/:id/suspend': anyTenant,
  'post /tenants/:id/resume': anyTenant,
  'delete /tenants/:id': anyTenant,
  'post /tenants/:id/restore': anyTenant,
  'get /audit': { own: from('admin', 200) },
  'get /audit by actor': { own: from('admin', 200), absent: from('admin', 200) },
  'get /audit by subject': { own: from('admin', 200), absent: from('admin', 200) },
  'get /audit/verify': { own: from('admin', 200) },
  'get /metrics': { own: from('platform-admin', 200) },
};

let api: TestApi;
/** The same installation as another tenant sees it. */
let elsewhere: TestApi;
let suspended: Tenant;
beforeAll(async () => {
  // The clock stands still, so the buckets are not refilled.
  const rateLimit = { rpm: 60_000, burst: 1_000_000, atOnce: 1_000, exemptPaths: [] };
  api = await startTestApi({ settings: { rateLimit } });
  await api.addTenant('default'); // the deeds of platform administrators are audited there
  elsewhere = inTenant(await api.addTenant('elsewhere'));
  suspended = await api.addTenant('suspended');
  await api.tokenOf('admin', suspended);
  await suspendTenant(api, suspended.id, { reason: 'Unpaid' });
  await waitForLastUse(elsewhere);
});
afterAll(() => api.close());

function inTenant(tenant: Tenant): TestApi {
  return { ...api, tenant, tokenOf: (role, of = tenant) => api.tokenOf(role, of) };
}

/** It is noted beside the first request, and the clock stands still: after that the tenant's rows rest. */
async function waitForLastUse(at: TestApi): Promise<void> {
  await at.call('GET', '/tenant', { token: await at.tokenOf('platform-admin') });
  await eventually('the use of the token is noted', async () =>
    (await readTenantRows(at.url, at.tenant.id)).some((row) => /"last_used_at": "/.test(row)),
  );
}

async function tokenOf(caller: Caller): Promise<string | undefined> {
  if (caller === 'nobody') return undefined;
  return caller === 'suspended' ? api.tokenOf('admin', suspended) : api.tokenOf(caller);
}

interface Ask {
  id?: string;
  body?: unknown;
  query?: string;
}

let made = 0;
/** What is asked for, made in the tenant of `at`. */
const arrange = (at: TestApi, what: string): Promise<Ask> => askFor(what)(at, `thing-${(made += 1)}`);

async function send(what: string, { id = '', body, query = '' }: Ask, caller: Caller): Promise<Answer> {
  const [method = '', path = ''] = what.split(' ');
  const token = await tokenOf(caller);
  const headers = { 'x-request-id': 'same-for-all' };
  return api.call(method, path.replace(':id', id) + query, { ...(token !== undefined && { token }), body, headers });
}

const anyId = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The same question about what there is nowhere. */
function aboutNothing(ask: Ask): Ask {
  return JSON.parse(JSON.stringify(ask).replaceAll(anyId, () => newId())) as Ask;
}

/** All of an answer but the ids that were asked for, the time of day, and how many requests are left. */
function bytesOf({ status, headers, text }: Answer, ask: Ask): unknown {
  const { date: _date, ratelimit: _left, ...rest } = Object.fromEntries(headers);
  const ids = JSON.stringify(ask).match(anyId) ?? [];
  return { status, headers: rest, text: ids.reduce((told, id) => told.replaceAll(id, '(id)'), text) };
}

// The table is walked without an installation: building it opens nothing.
const routes = allRoutes({} as never);
const rows = Object.entries(matrix).map(([what, expected]) => ({ what, ...expected }));
const naming = rows.flatMap(({ absent, foreign = absent, ...row }) =>
  absent && foreign ? [{ ...row, absent, foreign }] : [],
);

/** What to add to this test for a route. */
function missingOf({ method, path, query, body }: Route): string[] {
  const route = `${method} ${path}`;
  const known = Object.keys(matrix).some((what) => what.split(' by ')[0] === route);
  const unsaid = [...namingFields(query), ...namingFields(body)].filter(
    (field) => !matrix[`${route} by ${field}`]?.absent,
  );
  return [
    ...(known ? [] : [`Add a row “${route}” to the matrix of this test: who gets which status from it.`]),
    ...(known && path.includes(':') && !matrix[route]?.absent
      ? [`Add “absent” to the row “${route}” of the matrix: who gets what where the id is of nothing.`]
      : []),
    ...unsaid.map((field) => `Add a row “${route} by ${field}” with “absent” to the matrix: ${field} names a thing.`),
  ];
}

test.each(routes)('$method $path is in the matrix', (route) => {
  expect(missingOf(route)).toEqual([]);
});

test('the matrix is of routes that there are', () => {
  const known = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  expect(rows.map(({ what }) => what).filter((what) => !known.has(what.split(' by ')[0] ?? ''))).toEqual([]);
});

test.each(rows)('$what answers each caller as the matrix says, and leaves other tenants alone', async (row) => {
  const before = await readTenantRows(api.url, elsewhere.tenant.id);
  const statuses: Partial<Record<Caller, number>> = {};
  for (const caller of callers) {
    statuses[caller] = (await send(row.what, await arrange(api, row.what), caller)).status;
  }
  expect(statuses).toEqual(row.own);
  expect(await readTenantRows(api.url, elsewhere.tenant.id)).toEqual(before);
});

test.each(naming)('$what tells nobody what is another tenant’s from what is absent', async (row) => {
  const theirs = await arrange(elsewhere, row.what);
  expect(JSON.stringify(theirs)).toMatch(anyId);
  const before = await readTenantRows(api.url, elsewhere.tenant.id);
  expect(before.length).toBeGreaterThan(1);
  const nothing = aboutNothing(theirs);
  for (const caller of callers) {
    const [foreign, absent] = [await send(row.what, theirs, caller), await send(row.what, nothing, caller)];
    expect({ caller, foreign: foreign.status, absent: absent.status }).toEqual({
      caller,
      foreign: row.foreign[caller],
      absent: row.absent[caller],
    });
    const seen = row.foreign[caller] === row.absent[caller] ? bytesOf(foreign, theirs) : bytesOf(absent, nothing);
    expect(seen).toEqual(bytesOf(absent, nothing));
  }
  expect(await readTenantRows(api.url, elsewhere.tenant.id)).toEqual(before);
});

test.each(naming.filter(({ foreign, absent }) => foreign === absent))(
  '$what takes as long for what is another tenant’s as for what is absent',
  async ({ what }) => {
    const theirs = await arrange(elsewhere, what);
    const nothing = aboutNothing(theirs);
    const times = await compareTimes(
      () => send(what, theirs, 'admin'),
      () => send(what, nothing, 'admin'),
    );
    expect(times).toMatchObject({ isNoise: true });
  },
);

test.each(routes.filter(({ access }) => access !== 'public'))(
  '$method $path tells nobody but who looks after all tenants whether there is one of that slug',
  async ({ method, path }) => {
    const ask = async (slug: string, caller: Caller) => {
      const token = await tokenOf(caller);
      const headers = { 'x-request-id': 'same-for-all', 'x-tenant': slug };
      const answer = await api.call(method, path.replace(':id', newId()), {
        ...(token !== undefined && { token }),
        headers,
      });
      return bytesOf(answer, {});
    };
    for (const caller of callers.filter((one) => one !== 'platform-admin')) {
      const theirs = await ask('elsewhere', caller);
      expect(theirs).toEqual(await ask('nowhere', caller));
      expect(theirs).toMatchObject({ status: caller === 'nobody' ? 401 : 403 });
    }
    expect(await ask('nowhere', 'platform-admin')).toMatchObject({ status: 404 });
  },
);

/** These name things by OpenAI's ids, which any text may be: their schema does not tell that they are ids. */
describe.each(['/costs', '/organization/costs'])('get %s', (path) => {
  const billedOn = '2026-10-01';
  const day = Date.parse(billedOn) / 1000;

  /** A tenant with one organization, billed $1 for a project and a key of this id. */
  async function bill(slug: string): Promise<{ at: TestApi; id: string }> {
    const at = inTenant(await api.addTenant(slug));
    const id = newId();
    const organization = await addOrganization(at, slug);
    await addTestBilled(api.db, at.tenant.id, organization, [{ day: billedOn, usd: '1', projectId: id, apiKeyId: id }]);
    return { at, id };
  }

  test.each(['project_ids', 'api_key_ids'])(
    'by %s tells nobody what is another tenant’s from what is absent',
    async (field) => {
      const slug = `${path.slice(1).replaceAll('/', '-')}-${field.replaceAll('_', '-')}`;
      const [own, foreign] = [await bill(slug), await bill(`${slug}-foreign`)];
      const ask = async (id: string) => {
        const query = `start_time=${day}&end_time=${day + 86_400}&${field}=${id}`;
        const headers = { 'x-request-id': 'same-for-all' };
        return own.at.call('GET', `${path}?${query}`, { token: await own.at.tokenOf('admin'), headers });
      };
      const nothing = newId();
      expect((await ask(own.id)).json.data).toMatchObject([{ results: [{ amount: { value: 1 } }] }]);
      const [seen, missed] = [await ask(foreign.id), await ask(nothing)];
      expect(missed).toMatchObject({ status: 200, json: { data: [{ results: [] }] } });
      expect(bytesOf(seen, { id: foreign.id })).toEqual(bytesOf(missed, { id: nothing }));
      const times = await compareTimes(
        () => ask(foreign.id),
        () => ask(nothing),
      );
      expect(times).toMatchObject({ isNoise: true });
    },
  );
});
