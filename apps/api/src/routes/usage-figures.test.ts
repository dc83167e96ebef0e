import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { addReadOrganization } from '#testing/add-read-organization.js';
import { addTestBilled, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let tenant: Tenant;
let organizationId: string;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T23:30:00.000Z' }); // the 21st in Berlin
  tenant = await api.addTenant('billed', { reportingTimeZone: 'Europe/Berlin' });
  organizationId = await addReadOrganization(api, tenant);
  await withTenant(api.db, tenant.id, (tx) =>
    tx.organization.updateMany({
      data: {
        importedAt: '2026-11-20T23:15:00Z',
        spendLimit: { usd: '500', interval: 'month', isEnforcing: true },
      },
    }),
  );
  await addTestBilled(api.db, tenant.id, organizationId, [
    { day: '2026-10-30', usd: '10', projectId: 'proj_a', model: 'gpt-5.1' },
    ...Array.from({ length: 20 }, (_, index) => ({
      day: `2026-10-${String(index + 1).padStart(2, '0')}`,
      usd: '0.5',
      lineItem: 'storage',
    })),
    ...Array.from({ length: 19 }, (_, index) => ({
      day: `2026-11-${String(index + 1).padStart(2, '0')}`,
      usd: '1',
      projectId: `proj_${index % 4}`,
      lineItem: 'storage',
      readAt: '2026-11-20T23:15:00Z',
    })),
  ]);
  await addTestReported(api.db, tenant.id, organizationId, [
    { at: '2026-11-20T22:00:00Z', requests: 3, costUsd: '4' },
    { at: '2026-11-20T23:00:00Z', requests: 2, costUsd: '0.25' },
    { at: '2026-11-20T23:00:00Z', requests: 7, costUsd: null, model: 'unheard-of' },
  ]);
  await addTestUsage(api.db, api.tenant.id, [
    { at: '2026-11-19T10:00:00Z', model: 'a', costUsd: '1.5' },
    { at: '2026-11-20T10:00:00Z', model: 'b', costUsd: null },
  ]);
});
afterAll(() => api.close());

const get = async (path: string, of = tenant) => {
  const answer = await api.call('GET', `/usage/${path}`, { token: await api.tokenOf('viewer', of) });
  return answer.json;
};
const valuesOf = (parts: Record<string, unknown>[], ...names: string[]) =>
  parts.map((part) => names.map((name) => part[name]));
const usdOf = (parts: { costUsd: string | null }[]) =>
  parts.reduce((all, { costUsd }) => all + parseUsd(costUsd ?? '0'), 0n);

test('every answer says its book, whose days it has, and how old it is', async () => {
  for (const path of ['daily', 'monthly', 'summary', 'dashboard', 'timeseries']) {
    expect([path, await get(path)]).toEqual([
      path,
      expect.objectContaining({
        book: 'billed',
        calendar: 'utc',
        timeZone: 'UTC',
        asOf: '2026-11-20T23:15:00.000Z',
      }),
    ]);
  }
  expect(await get('daily?book=reported')).toMatchObject({
    book: 'reported',
    calendar: 'tenant',
    timeZone: 'Europe/Berlin',
    to: '2026-11-21',
  });
  expect(await get('daily', api.tenant)).toMatchObject({ book: 'measured', asOf: '2026-11-20T23:30:00.000Z' });
});

test('the days of a range are all there, what is not known is null, and what may change says so', async () => {
  const { days, totals } = await get('daily?from=2026-11-15&to=2026-11-20&by=project');
  expect(valuesOf(days, 'day', 'costUsd', 'isProvisional')).toEqual([
    ['2026-11-15', '1', false],
    ['2026-11-16', '1', false],
    ['2026-11-17', '1', true],
    ['2026-11-18', '1', true],
    ['2026-11-19', '1', true],
    ['2026-11-20', null, false],
  ]);
  expect(totals).toMatchObject({ costUsd: '5', requests: null, inputTokens: null });
});

test('groups beyond the limit are exact in “others”, in the whole and in each part', async () => {
  const range = 'from=2026-11-01&to=2026-11-19&by=project&limit=2';
  const summary = await get(`summary?${range}`);
  expect([summary.groups.length, summary.others.count]).toEqual([2, 2]);
  expect(usdOf([...summary.groups, summary.others])).toBe(parseUsd(summary.totals.costUsd));
  const { days } = await get(`daily?${range}`);
  for (const { groups, others, costUsd } of days) {
    expect(usdOf([...groups, ...(others ? [others] : [])])).toBe(parseUsd(costUsd));
  }
  const { series } = await get(`timeseries?${range}`);
  expect(series.at(-1).name).toBe('2 others');
  const points = series.flatMap((one: { points: { value: string | null }[] }) => one.points);
  expect(usdOf(points.map(({ value }: { value: string | null }) => ({ costUsd: value })))).toBe(parseUsd('19'));
});

test('a summary is compared with as much of the period before as is known of this one', async () => {
  const month = await get('summary?range=this-month');
  expect(month).toMatchObject({ from: '2026-11-01', to: '2026-11-20', unknownDays: 1, provisionalDays: 3 });
  expect(month.before).toMatchObject({ from: '2026-10-01', to: '2026-10-19', costUsd: '9.5' });
  expect((await get('summary?range=last-7-days', api.tenant)).before).toBeNull();
});

test('months are a history up to this one', async () => {
  const { months, totals } = await get('monthly?months=3');
  expect(valuesOf(months, 'month', 'isKnown', 'isProvisional', 'costUsd')).toEqual([
    ['2026-09', false, false, null],
    ['2026-10', true, false, '20'],
    ['2026-11', true, true, '19'],
  ]);
  expect(totals.costUsd).toBe('39');
});

test('the dashboard has today from what is reported and the month from the bill', async () => {
  expect(await get('dashboard')).toMatchObject({
    calendar: 'utc',
    timeZone: 'UTC',
    today: {
      book: 'reported',
      timeZone: 'Europe/Berlin',
      day: '2026-11-21',
      costUsd: '0.25',
      requests: 9,
      unpricedRequests: 7,
    },
    thisMonth: { from: '2026-11-01', to: '2026-11-20', costUsd: '19' },
    limits: { daily: { book: 'reported', limitUsd: null, remainingUsd: null }, monthly: { spentUsd: '19' } },
    organizations: [{ id: organizationId, spendLimit: { usd: '500', isEnforcing: true } }],
  });
  expect((await get('dashboard')).history).toHaveLength(12);
});

test('what was used and has no price costs an unknown amount, not nothing', async () => {
  const { groups, totals } = await get('summary?by=model&range=last-7-days', api.tenant);
  expect(valuesOf(groups, 'id', 'costUsd')).toEqual([
    ['a', '1.5'],
    ['b', null],
  ]);
  expect(totals).toMatchObject({ costUsd: '1.5', unpricedRequests: 1 });
});

test('days that a book does not reach have no sum, and not one of 0', async () => {
  for (const range of ['from=2026-01-01&to=2026-01-31', 'from=9997-12-01&to=9998-12-31']) {
    for (const path of ['daily', 'summary']) {
      const { totals } = await get(`${path}?book=billed&${range}`);
      expect([path, range, totals.costUsd]).toEqual([path, range, null]);
    }
  }
  expect((await get('daily?book=billed&from=2026-10-25&to=2026-10-30')).totals.costUsd).toBe('10');
});

test('figures are narrowed to what is asked for, also to what has none', async () => {
  expect((await get('summary?range=this-month&project=proj_3')).totals.costUsd).toBe('4');
  expect((await get('summary?range=this-month&project=(none)')).totals.costUsd).toBe('0');
  expect((await get('summary?range=this-month&key=(none)', api.tenant)).totals.costUsd).toBe('1.5');
  expect((await get(`summary?range=this-month&organization=${organizationId}`)).totals.costUsd).toBe('19');
});

test.each([
  ['project=nope', 404, 'project'],
  ['organization=00000000-0000-7000-8000-000000000000', 404, 'organization'],
  ['key=nope', 404, 'key'],
  ['book=measured&key=00000000-0000-7000-8000-000000000000', 404, 'key'],
  ['model=gtp-5.1', 400, 'model'],
  ['book=reported&tier=nope', 404, 'tier'],
  ['kind=nope', 404, 'kind'],
  ['kind=completions', 404, 'kind'],
  ['book=reported&kind=storage', 404, 'kind'],
])('%s is of nobody, which is said rather than answered with nothing spent', async (filter, status, field) => {
  for (const path of ['daily', 'monthly', 'summary', 'timeseries']) {
    const answer = await get(`${path}?${filter}`);
    expect([path, answer.status, Object.keys(answer.fields ?? {})]).toEqual([path, status, [field]]);
  }
});

test('a kind of another book is told with the book that has it; in its own it may have cost nothing', async () => {
  expect((await get('summary?kind=completions')).detail).toContain('book=reported');
  expect((await get('summary?book=reported&kind=storage')).detail).toContain('book=billed');
  expect((await get('summary?from=2026-10-25&to=2026-10-30&kind=storage')).totals.costUsd).toBe('0');
});

test('a range is asked for in one way, of figures and of a reconciliation', async () => {
  const token = await api.tokenOf('viewer', tenant);
  const daysOf = async (path: string) => {
    const { json } = await api.call('GET', path, { token });
    return [json.from, json.to, json.detail];
  };
  for (const path of ['/usage/daily', '/usage/summary', '/usage/timeseries', '/reconciliation']) {
    const ask = (query: string) => daysOf(`${path}?${query}`);
    expect(await ask('')).toEqual(['2026-10-22', '2026-11-20', undefined]);
    expect(await ask('range=this-month')).toEqual(['2026-11-01', '2026-11-20', undefined]);
    expect(await ask('range=last-month')).toEqual(['2026-10-01', '2026-10-31', undefined]);
    expect(await ask('to=2026-11-10')).toEqual(['2026-10-12', '2026-11-10', undefined]);
    expect(await ask('from=1.11.2026')).toEqual([undefined, undefined, 'from: must be a day such as 2026-11-20']);
  }
});

test('what is known here and was not used cost nothing', async () => {
  const range = 'from=2026-11-05&to=2026-11-05';
  // Its usage alone names it.
  expect((await get(`summary?${range}&project=proj_a`)).totals.costUsd).toBe('0');
  expect((await get(`summary?${range}&model=gpt-4o`)).totals.costUsd).toBe('0');
  const reported = 'book=reported&from=2026-11-20&to=2026-11-20';
  expect((await get(`summary?${reported}&model=unheard-of`)).totals.requests).toBe(0);
});

test('an id of another tenant is as unknown as one of nobody', async () => {
  const { json } = await api.call('GET', `/usage/summary?organization=${organizationId}`, {
    token: await api.tokenOf('viewer'),
  });
  expect(json.status).toBe(404);
});

test('a model is found by another of its names, and refused where that may be several', async () => {
  const asked = (model: string) => get(`summary?book=reported&range=last-7-days&model=${model}`);
  const found = await asked('gpt-4o-mini');
  expect([found.model, found.totals.requests]).toEqual(['gpt-4o-mini-2024-07-18', 5]);
  await addTestReported(api.db, tenant.id, organizationId, [
    { at: '2026-11-19T10:00:00Z', model: 'gpt-5.1-2025-11-13' },
    { at: '2026-11-19T10:00:00Z', model: 'gpt-5.1-2025-12-01' },
  ]);
  const { status, detail } = await asked('gpt-5.1');
  expect(status).toBe(400);
  expect(detail).toContain('gpt-5.1-2025-11-13, gpt-5.1-2025-12-01');
});

test('a key by the id of the other book is refused with the one that this book has', async () => {
  const openaiId = newId();
  const { json } = await api.call('GET', '/keys', { token: await api.tokenOf('viewer', tenant) });
  const storedId = json.items[0].id;
  await withTenant(
    api.db,
    tenant.id,
    (tx) => tx.$executeRaw`INSERT INTO openai_api_key (tenant_id, id, organization_id, project_id, name, redacted_value,
        created_at, has_owner_access, provider_key_id, seen_at)
      VALUES (current_tenant_id(), ${openaiId}, ${organizationId}::uuid, 'proj_a', 'k', 'sk-…', now(), true,
        ${storedId}::uuid, now())`,
  );
  for (const [book, given, meant, cost] of [
    ['measured', openaiId, storedId, null], // nothing ever was, of this tenant
    ['billed', storedId, openaiId, '0'],
  ]) {
    const { status, detail } = await get(`summary?book=${book}&key=${given}`);
    expect([book, status, detail]).toEqual([book, 404, expect.stringContaining(`this one is ${meant}`)]);
    expect((await get(`summary?book=${book}&key=${meant}`)).totals.costUsd).toBe(cost);
  }
});

test.each([
  ['daily?book=gas', 'book'],
  ['daily?book=billed&by=tier', 'by'],
  ['daily?book=billed&tier=flex', 'tier'],
  ['daily?from=2025-01-01&to=2026-11-20', 'from'],
  ['daily?from=2026-11-20&to=2026-11-19', 'from'],
  ['daily?form=2026-11-20', 'form'],
  ['daily?limit=201', 'limit'],
  ['monthly?months=14', 'months'],
  ['summary?range=today&from=2026-11-20', 'range'],
  ['daily?range=today&from=2026-11-20', 'range'],
  ['timeseries?range=soon', 'range'],
  ['timeseries?interval=hour', 'interval'],
  ['timeseries?organization=1', 'organization'],
])('%s is refused by name', async (path, field) => {
  const { status, fields } = await get(path);
  expect([status, Object.keys(fields ?? {})]).toEqual([400, [field]]);
});

test('limits are set by an admin, one by one, and shown with what is left', async () => {
  const token = await api.tokenOf('admin', tenant);
  const put = async (body: object) => (await api.call('PUT', '/api/v1/usage/limits', { token, body })).json;
  expect(await put({ dailyUsd: '0.1', monthlyUsd: '100' })).toEqual({ dailyUsd: '0.1', monthlyUsd: '100' });
  expect((await get('dashboard')).limits).toEqual({
    daily: { book: 'reported', limitUsd: '0.1', spentUsd: '0.25', remainingUsd: '0', overUsd: '0.15' },
    monthly: { book: 'billed', limitUsd: '100', spentUsd: '19', remainingUsd: '81', overUsd: '0' },
  });
  expect(await put({ dailyUsd: null })).toEqual({ dailyUsd: null, monthlyUsd: '100' });
  for (const dailyUsd of ['0', '0.00', '-1', 'free']) expect((await put({ dailyUsd })).status).toBe(400);
});

test('nothing is said to be left of a limit while none of what was used has a price', async () => {
  const unpriced = await api.addTenant('unpriced');
  await addTestUsage(api.db, unpriced.id, [{ at: '2026-11-20T22:00:00Z', model: 'mystery', costUsd: null }]);
  const body = { dailyUsd: '1', monthlyUsd: '10' };
  await api.call('PUT', '/usage/limits', { token: await api.tokenOf('admin', unpriced), body });
  const { today, limits } = await get('dashboard', unpriced);
  const unknown = { spentUsd: null, remainingUsd: null, overUsd: null };
  expect([today.costUsd, today.unpricedRequests]).toEqual([null, 1]);
  expect([limits.daily, limits.monthly]).toEqual([
    { book: 'measured', limitUsd: '1', ...unknown },
    { book: 'measured', limitUsd: '10', ...unknown },
  ]);
});

test('a series of requests or tokens is not asked of a bill', async () => {
  const { status, json } = await api.call('GET', '/usage/timeseries?book=billed&metric=requests', {
    token: await api.tokenOf('viewer', tenant),
  });
  expect([status, Object.keys(json.fields)]).toEqual([400, ['metric']]);
});

test('days of UTC can be asked of the other books as well, so that they can be laid beside bills', async () => {
  const days = async (calendar: string) => {
    const range = 'book=reported&from=2026-11-20&to=2026-11-21';
    const answer = await get(`daily?${range}${calendar}`);
    return [answer.calendar, answer.timeZone, ...valuesOf(answer.days, 'day', 'costUsd', 'requests').map(String)];
  };
  expect(await days('')).toEqual(['tenant', 'Europe/Berlin', '2026-11-20,4,3', '2026-11-21,0.25,9']);
  expect(await days('&calendar=utc')).toEqual(['utc', 'UTC', '2026-11-20,4.25,12', '2026-11-21,,']);
  expect((await get('summary?book=reported&calendar=utc&range=today')).totals.costUsd).toBe('4.25');
  expect((await get('monthly?calendar=utc&months=1')).calendar).toBe('utc');
  const rows = await get('reported?calendar=utc');
  expect([rows.day, rows.timeZone, rows.totals.costUsd, rows.items.length]).toEqual(['2026-11-20', 'UTC', '4.25', 3]);
});
