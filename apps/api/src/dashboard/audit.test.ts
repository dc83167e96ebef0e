import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let admin: PageVisitor;
beforeAll(async () => {
  api = await startTestApi({ createDashboard, settings: { dashboardPublic: true } });
  admin = await signedInVisitor(api.origin, await api.tokenOf('admin'));
  const key = simulatedSecret({ behaviour: 'healthy', label: 'paged' });
  await admin.get('/dashboard/keys/new');
  await admin.post('/dashboard/keys', {
    label: 'By form',
    key,
    model: 'gpt-4o-mini',
    probeMode: 'off',
    intervalSecs: '',
    dailyCapUsd: '0.05',
  });
});
afterAll(() => api.close());

test('what is done in a form is audited like what is done by a program', async () => {
  const events = await withTenant(api.db, api.tenant.id, (tx) =>
    tx.auditEvent.findMany({ where: { action: 'provider-key.store' } }),
  );
  expect(events).toMatchObject([
    { actorKind: 'token', actorName: 'acme admin', address: '127.0.0.1', subjectName: 'By form' },
  ]);
  const { html } = await admin.get('/dashboard/audit?action=provider-key');
  expect(readPage(html)).toMatch(
    /acme admin token · 127\.0\.0\.1 provider-key\.store By form provider key Kind project/,
  );
  expect(events[0]?.requestId).toBeTruthy();
  expect(html).toContain(events[0]?.requestId);
});

test('the page is for admins, whoever may see the rest', async () => {
  const guest = await createPageVisitor(api.origin).get('/dashboard/audit');
  expect([guest.status, guest.location]).toEqual([303, '/dashboard/login?returnTo=%2Fdashboard%2Faudit']);
  const operator = await signedInVisitor(api.origin, await api.tokenOf('operator'));
  for (const path of ['/dashboard/audit', '/dashboard/audit.csv', '/dashboard/audit.jsonl']) {
    expect((await operator.get(path)).status).toBe(403);
  }
  expect((await operator.get('/dashboard/keys')).html).not.toContain('/dashboard/audit');
  expect((await admin.get('/dashboard/keys')).html).toContain('href="/dashboard/audit"');
});

test('that a name has to be whole is said at the field, and where half of one finds nobody', async () => {
  const half = await admin.get('/dashboard/audit?actor=acme');
  expect(half.html).toContain('placeholder="Whole name or id"');
  expect(readPage(half.html)).toContain('Nobody whose whole name or id is that did such a thing.');
  expect(readPage((await admin.get('/dashboard/audit?actor=acme+admin')).html)).toContain('provider-key.store');
  const other = await admin.get('/dashboard/audit?subject=nothing');
  expect(readPage(other.html)).toContain('Nobody did such a thing.');
});

test('files have what the filter has', async () => {
  const csv = await admin.get('/dashboard/audit.csv?action=provider-key');
  expect(csv.headers.get('content-disposition')).toContain('keyledger-audit.csv');
  expect(csv.html.trim().split('\n')).toHaveLength(2);
  const lines = await admin.get('/dashboard/audit.jsonl?action=provider-key.store');
  expect(JSON.parse(lines.html)).toMatchObject({ action: 'provider-key.store', tenantId: api.tenant.id });
});

test('filters that cannot be are said, and kept in the form', async () => {
  const page = await admin.get('/dashboard/audit?action=%25&from=2026-11-22&to=2026-11-20');
  expect(page.status).toBe(400);
  expect(readPage(page.html)).toContain('There is no such action. The range ends before it begins.');
  expect(page.html).toContain('value="2026-11-22"');
  expect(page.html).not.toMatch(/No events in this view|id="audit-rows"/);
  for (const file of ['audit', 'audit.csv', 'audit.jsonl']) {
    const { status, html } = await admin.get(`/dashboard/${file}?action=key.delete`);
    expect([file, status, readPage(html)]).toEqual([file, 400, expect.stringContaining('There is no such action.')]);
  }
});

/** As somebody who owns the table. */
const asOwner = (sql: string) =>
  withOwnerConnection(api.url, async (owner) => {
    await owner.query('ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY');
    await owner.query(sql, [api.tenant.id]);
    await owner.query('ALTER TABLE audit_event FORCE ROW LEVEL SECURITY');
  });

test('verifying says that all is whole, or which event is not as it was written', async () => {
  const verdict = async () => readPage((await admin.get('/dashboard/audit?verify=1')).html);
  expect(await verdict()).toMatch(/All \d+ events are as they were written\..*Anchor: event \d+ [\da-f]{64}/);
  await asOwner(`UPDATE audit_event SET actor_name = 'Somebody' WHERE tenant_id = $1 AND seq = 2`);
  expect(await verdict()).toContain('Event 2 is not as it was written. The event before it is whole.');
});

test('a name that looks like a time and is none is shown as it is', async () => {
  const token = await api.tokenOf('admin');
  await api.call('PATCH', '/tenant', { token, body: { name: '2026-99-99T99:99:99.999Z' } });
  const { status, html } = await admin.get('/dashboard/audit');
  expect([status, readPage(html)]).toEqual([200, expect.stringContaining('2026-99-99T99:99:99.999Z')]);
});

test('an event that somebody has made unreadable is shown as such, and said to be altered', async () => {
  await asOwner(`UPDATE audit_event SET at = 'infinity', action = '__defineGetter__' WHERE tenant_id = $1 AND seq = 1`);
  const { status, html } = await admin.get('/dashboard/audit?verify=1');
  const page = readPage(html);
  expect([status, page]).toEqual([
    200,
    expect.stringMatching(/unreadable .*__defineGetter__.* Event 1 .*At unreadable/),
  ]);
  expect(page).toContain('Event 1 is not as it was written.');
});

test('a chain of which nothing is left, while its key is there, is no whole one', async () => {
  await asOwner('DELETE FROM audit_event WHERE tenant_id = $1');
  const page = readPage((await admin.get('/dashboard/audit?verify=1')).html);
  expect(page).toContain('Event 1 is not there. No event stands before it.');
});
