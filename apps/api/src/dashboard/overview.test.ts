import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { recordSync } from '#domain/ledger/record-sync.js';
import { recordHeartbeat } from '#domain/operations/record-heartbeat.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z', createDashboard });
});
afterAll(() => api.close());

async function open(slug: string) {
  const tenant = await api.addTenant(slug, { reportingTimeZone: 'Europe/Berlin' });
  const token = await api.tokenOf('admin', tenant);
  const visitor = await signedInVisitor(api.origin, token);
  const addKey = async (label: string): Promise<string> => {
    const body = { label, key: simulatedSecret({ behaviour: 'healthy', label }), probeMode: 'off' };
    return (await api.call('POST', '/keys', { token, body })).json.id;
  };
  const look = async (query = '') => {
    const { html } = await visitor.get(`/dashboard${query}`);
    return { html, text: readPage(html) };
  };
  return { tenant, addKey, look };
}

async function addOrganization(tenant: Tenant, providerKeyId: string, name: string): Promise<string> {
  const id = await addTestOrganization(api.db, tenant.id, { providerKeyId, name });
  await withTenant(api.db, tenant.id, (tx) =>
    tx.organization.updateMany({ where: { id }, data: { importedAt: '2026-11-20T11:48:00Z' } }),
  );
  return id;
}

test('without an organization, today and the month are what was measured, and what has no price is counted', async () => {
  const { tenant, addKey, look } = await open('measured');
  await addKey('only-one');
  await addTestUsage(api.db, tenant.id, [
    { at: '2026-11-20T09:00:00Z', costUsd: '1.25' },
    { at: '2026-11-20T10:00:00Z', costUsd: null, model: 'unheard-of' },
    { at: '2026-11-19T10:00:00Z', costUsd: '2' },
  ]);
  const { text, html } = await look();
  expect(text).toContain('Spend this month measured $3.25 since 19 Nov 1 request without a price not included');
  expect(text).toContain('Today so far measured $1.25 since midnight 1 request without a price not included');
  expect(text).toContain('Probes, last 24 h');
  expect(html).not.toContain('>By project<');
});

test('what programs report is shown before any key is stored, and nothing is said of keys', async () => {
  const { tenant, look } = await open('events-alone');
  expect((await look()).text).toContain('Store your first key');
  await addTestUsage(api.db, tenant.id, [{ at: '2026-11-20T09:00:00Z', costUsd: '1.25' }]);
  const { text } = await look();
  expect(text).toContain('Spend this month measured $1.25 since 20 Nov');
  expect(text).toContain('No key is stored. So there is none to test.');
  expect(text).not.toMatch(/Store your first key|answered its last probe/);
});

test.each([
  ['healthy', 'Every active key answered its last probe.'],
  ['missing-scope', 'No key is failing. 1 limited: alive at OpenAI, but not permitted what the probe asks.'],
] as const)('that nothing needs anybody is said with what is true: %s', async (behaviour, told) => {
  const { tenant, look } = await open(`clear-${behaviour}`);
  const body = { label: 'one', key: simulatedSecret({ behaviour, label: `clear-${behaviour}` }) };
  await api.call('POST', '/keys', { token: await api.tokenOf('operator', tenant), body });
  const now = api.clock.now();
  await recordHeartbeat(api, { workerId: tenant.id, startedAt: now, lastSweepAt: now });
  expect((await look()).text).toContain(told);
});

test('a limit that is passed, or nearly, needs attention', async () => {
  const { tenant, addKey, look } = await open('limited');
  await addKey('fine');
  await addTestUsage(api.db, tenant.id, [{ at: '2026-11-20T10:00:00Z', costUsd: '9' }]);
  const limit = async (limits: { dailyUsd: string; monthlyUsd: string }) => {
    const { status } = await api.call('PUT', '/usage/limits', {
      token: await api.tokenOf('admin', tenant),
      body: limits,
    });
    expect(status).toBe(200);
    return (await look()).text;
  };
  const told = await limit({ dailyUsd: '10', monthlyUsd: '5' });
  expect(told).toContain('Today has $1.00 left: $9.00 measured, of $10.00.');
  expect(told).toContain('This month is over by $4.00: $9.00 measured, of $5.00.');
  expect(await limit({ dailyUsd: '100', monthlyUsd: '500' })).not.toContain('A limit of your own warns');
});

test('a model without a price needs attention, and whoever may gives it one', async () => {
  const { tenant, addKey, look } = await open('unpriced');
  await addKey('fine');
  expect((await look()).text).not.toContain('Needs attention 1 model');
  await addTestUsage(api.db, tenant.id, [{ at: '2026-11-20T10:00:00Z', costUsd: null, model: 'unheard-of' }]);
  const { text, html } = await look();
  expect(text).toContain(
    'Needs attention 1 model used in the last 30 days has no price. What it costs is in no sum but the bill;',
  );
  expect(html).toContain('href="/dashboard/prices#unpriced"');
  expect(html).toContain('>Set a price<');
  const viewer = await signedInVisitor(api.origin, await api.tokenOf('viewer', tenant));
  const seen = (await viewer.get('/dashboard')).html;
  expect(seen).toContain('/dashboard/prices#unpriced');
  expect(seen).not.toContain('>Set a price<');
});

test('with a bill, the month is billed and compared, today is reported, and projects are drawn', async () => {
  const { tenant, addKey, look } = await open('billed');
  const id = await addOrganization(tenant, await addKey('admin'), 'Globex');
  const days = (month: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`);
  await addTestBilled(api.db, tenant.id, id, [
    ...days('2026-10', 31).map((day) => ({ day, usd: '1' })),
    ...days('2026-11', 18).map((day) => ({ day, usd: '1.1', readAt: '2026-11-20T11:48:00Z' })),
  ]);
  await addTestReported(api.db, tenant.id, id, [{ at: '2026-11-20T10:00:00Z', costUsd: '41.9' }]);
  const { text, html } = await look();
  expect(text).toContain('Spend this month billed $19.80 ▲ 10.0 % 10.0 % more vs 1–18 Oct read 12 min ago');
  expect(text).toContain('Today so far reported ≈ $41.90 read 12 min ago');
  expect(text).toContain('Spend per day 30 days, billed');
  expect(html).toMatch(/aria-current="true">By project</);
  expect(html).toContain('not final yet');
  expect((await look('?by=model')).html).toMatch(/aria-current="true">By model</);
});

test('an import that fails needs attention with the age of what is known, and whoever may asks for another', async () => {
  const { tenant, addKey, look } = await open('failing-import');
  const id = await addOrganization(tenant, await addKey('admin'), 'Umbrella');
  expect((await look()).text).not.toContain('Umbrella');
  const fail = (importErrorCode: string | null) =>
    withTenant(api.db, tenant.id, (tx) =>
      tx.organization.updateMany({
        where: { id },
        data: { importFailedAt: importErrorCode && '2026-11-20T11:58:00Z', importErrorCode },
      }),
    );
  await fail('refused');
  const { text, html } = await look();
  expect(text).toContain(
    'Needs attention Umbrella OpenAI refuses its admin key. Last imported 12 min ago . Test the key.',
  );
  expect(html).toContain(`href="/dashboard/organizations/${id}">Umbrella<`);
  expect(html).toContain(`action="/dashboard/organizations/${id}/import"`);
  const viewer = await signedInVisitor(api.origin, await api.tokenOf('viewer', tenant));
  const seen = (await viewer.get('/dashboard')).html;
  expect(seen).toContain('>Umbrella<');
  expect(seen).not.toContain('/import"');
  await fail(null);
  expect((await look()).text).not.toContain('Umbrella');
});

test('what no import mends leads to the admin key instead, and an import that reached nobody says so', async () => {
  const { tenant, addKey, look } = await open('failing-key');
  const keyId = await addKey('twin');
  const id = await addOrganization(tenant, keyId, 'Twin');
  const fail = (importErrorCode: string) =>
    withTenant(api.db, tenant.id, (tx) =>
      tx.organization.updateMany({ where: { id }, data: { importFailedAt: '2026-11-20T11:58:00Z', importErrorCode } }),
    );
  await fail('same-organization');
  const { html } = await look();
  expect(html).toContain(`href="/dashboard/keys/${keyId}" data-dialog>Look at the key<`);
  expect(html).not.toContain('/import"');
  await fail('not-reached');
  const { html: later, text } = await look();
  expect(text).toContain('Twin OpenAI could not be reached. Last imported 12 min ago . Check this server’s network');
  expect(later).toContain(`action="/dashboard/organizations/${id}/import"`);
});

test('that no test of any key reaches OpenAI is said first, and not as soon as one does', async () => {
  const { tenant, look } = await open('cut-off');
  const token = await api.tokenOf('operator', tenant);
  for (const label of ['one', 'two']) {
    const body = { label, key: simulatedSecret({ behaviour: 'healthy', label: `cut-off-${label}` }) };
    await api.call('POST', '/keys', { token, body });
  }
  const meet = (label: string, lastOutcome: string) =>
    withTenant(api.db, tenant.id, (tx) =>
      tx.providerKey.updateMany({ where: { label }, data: { lastOutcome, lastErrorMessage: 'Look at the DNS here.' } }),
    );
  await meet('one', 'network-error');
  expect((await look()).text).not.toContain('none of the last tests');
  await meet('two', 'network-error');
  expect((await look()).text).toContain(
    'Needs attention OpenAI was reached by none of the last tests. Look at the DNS here.',
  );
  await meet('two', 'timeout');
  expect((await look()).text).toContain('Needs attention OpenAI answered none of the last tests.');
  await meet('one', 'provider-error');
  expect((await look()).text).not.toContain('none of the last tests');
});

test('of many imports that fail the first five are told, and how many more there are', async () => {
  const { tenant, addKey, look } = await open('failing-imports');
  for (const name of ['one', 'two', 'three', 'four', 'five', 'six', 'seven'])
    await addOrganization(tenant, await addKey(name), `organization ${name}`);
  await withTenant(api.db, tenant.id, (tx) =>
    tx.organization.updateMany({ data: { importFailedAt: '2026-11-20T11:58:00Z', importErrorCode: 'unavailable' } }),
  );
  const { text } = await look();
  expect(text).toContain('organization five OpenAI did not answer.');
  expect(text).not.toContain('organization six');
  expect(text).toContain('2 more organizations could not be imported either.');
});

test('what today cost is not known while the last import is of another day', async () => {
  const { tenant, addKey, look } = await open('behind');
  const id = await addOrganization(tenant, await addKey('admin'), 'Initech');
  await withTenant(api.db, tenant.id, (tx) =>
    tx.organization.updateMany({ where: { id }, data: { importedAt: '2026-11-18T11:48:00Z' } }),
  );
  await addTestBilled(api.db, tenant.id, id, [{ day: '2026-11-16', usd: '1' }]);
  await addTestReported(api.db, tenant.id, id, [{ at: '2026-11-18T10:00:00Z', costUsd: '41.9' }]);
  expect((await look()).text).toContain('Today so far reported – read 2 d ago');
});

test('the balance is a sum only where all of them are known', async () => {
  const { tenant, addKey, look } = await open('rich');
  const [one, other] = [
    await addOrganization(tenant, await addKey('a'), 'Northwind'),
    await addOrganization(tenant, await addKey('b'), 'Contoso'),
  ];
  expect((await look()).text).toContain('Balance – Enter what OpenAI shows once');
  const sync = (organizationId: string, usd: string) =>
    recordSync(api, tenant.id, organizationId, { stated: parseUsd(usd) });
  await sync(one, '300');
  expect((await look()).text).toMatch(/Balance Northwind ≈ \$300\.00 Contoso –/);
  await sync(other, '18');
  expect((await look()).text).toMatch(/Balance ≈ \$318\.00 .{0,30}read 12 min ago/);
  expect((await look()).text).not.toContain('At most');
  await sync(other, '0');
  const { text, html } = await look();
  expect(text).toMatch(/Balance ≈ \$300\.00 Contoso: nothing left/);
  expect(text).toContain('Contoso has no prepaid credit left: requests fail until some is added at OpenAI.');
  expect(html).toContain(`href="/dashboard/balance?organization&#x3D;${other}">Contoso<`);
  await sync(other, '18');
  expect((await look()).text).not.toContain('no prepaid credit left');
  // A second key of one of them opens no third.
  const again = { providerKeyId: await addKey('c'), name: 'Again', importErrorCode: 'same-organization' };
  await addTestOrganization(api.db, tenant.id, again);
  expect((await look()).text).toMatch(/Balance ≈ \$318\.00/);
});

test('a balance that lacks some of what was spent says so beside it, with the age of the oldest import', async () => {
  const { tenant, addKey, look } = await open('at-most');
  const id = await addOrganization(tenant, await addKey('a'), 'Northwind');
  const other = await addOrganization(tenant, await addKey('b'), 'Contoso');
  await recordSync(api, tenant.id, id, { stated: parseUsd('300') });
  await withTenant(api.db, tenant.id, (tx) =>
    tx.organization.updateMany({ where: { id }, data: { importedAt: '2026-11-20T09:00:00Z' } }),
  );
  const words = 'At most: not all that was spent is known';
  expect((await look()).text).toMatch(
    new RegExp(`Balance Northwind ≈ \\$300\\.00 Contoso – ${words} .{0,30}read 3 h ago`),
  );
  await recordSync(api, tenant.id, other, { stated: parseUsd('1') });
  expect((await look()).text).toMatch(new RegExp(`Balance ≈ \\$301\\.00 ${words} .{0,30}read 3 h ago`));
});

test('the overview takes as many connections however much there is, and however many organizations', async () => {
  const { tenant, addKey, look } = await open('counted');
  const looks = vi.spyOn(api.db.appPool, 'connect');
  const count = async () => {
    looks.mockClear();
    await look();
    return looks.mock.calls.length;
  };
  const keys = [await addKey('a'), await addKey('b')];
  const addUsage = (usages: { at: string }[]) => addTestUsage(api.db, tenant.id, usages);
  await addUsage([{ at: '2026-11-19T10:00:00Z' }]);
  await count(); // a tenant's own prices are read once and remembered
  const few = await count();
  await addUsage(Array.from({ length: 50 }, () => ({ at: '2026-11-19T10:00:00Z' })));
  expect(await count()).toBe(few);
  await addOrganization(tenant, keys[0] ?? '', 'one');
  expect(await count()).toBe(few);
  await addOrganization(tenant, keys[1] ?? '', 'two');
  expect(await count()).toBe(few);
  looks.mockRestore();
});
