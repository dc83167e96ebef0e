import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { addReadOrganization } from '#testing/add-read-organization.js';
import { addTestBilled, addTestReported } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let tenant: Tenant;
let organizationId: string;
let reader: PageVisitor;
/** One connection: whoever holds it and waits for another gets none. */
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z', createDashboard, poolSize: 1 });
  tenant = await api.addTenant('globex', { reportingTimeZone: 'Europe/Berlin' });
  organizationId = await addReadOrganization(api, tenant, 'Globex');
  await withTenant(api.db, tenant.id, (tx) =>
    tx.organization.updateMany({ data: { importedAt: '2026-11-20T11:48:00Z' } }),
  );
  await addTestProjects(api.db, tenant.id, organizationId, {
    seenAt: '2026-11-20T11:48:00Z',
    projects: [{ id: 'proj_a', keys: [{ id: 'key_a' }] }],
  });
  const days = ['2026-10-17', '2026-11-16', '2026-11-17', '2026-11-18'];
  await addTestBilled(
    api.db,
    tenant.id,
    organizationId,
    days.map((day) => ({ day, usd: '2', projectId: 'proj_a' })),
  );
  await addTestReported(
    api.db,
    tenant.id,
    organizationId,
    days.map((day) => ({ at: `${day}T10:00:00Z`, costUsd: '1.5', projectId: 'proj_a' })),
  );
  await addTestUsage(api.db, tenant.id, [{ at: '2026-11-18T10:00:00Z', model: 'a', costUsd: '1' }]);
  reader = await signedInVisitor(api.origin, await api.tokenOf('admin', tenant));
});
afterAll(() => api.close());

const books = ['measured', 'reported', 'billed'];

/** To refuse what names nothing takes a look of its own. */
const refused = (path: string) => /model=(?:none|unheard-of)/.test(path);

/** Which of them are not answered as they should be. */
async function faultsOf(paths: readonly string[], ask: (path: string) => Promise<{ status: number }>) {
  const faults: string[] = [];
  for (const path of paths) {
    const { status } = await ask(path);
    if (status !== (refused(path) ? 400 : 200)) faults.push(`${status} ${path}`);
  }
  return faults;
}

test('no page holds a connection while it waits for another one', async () => {
  const plain = ['', '/keys', '/usage', '/projects', '/prices', '/audit', '/settings', '/organizations', '/balance'];
  const narrowed = ['/spend?by=model&model=unheard-of', '/spend.csv', '/usage?range=last-30-days&model=a'];
  const named = ['/usage?model=none', '/projects/proj_a', `/organizations/${organizationId}`];
  const spend = books.map((book) => `/spend?book=${book}&range=last-30-days`);
  const reconciled = ['day', 'month', 'project', 'key', 'model'].map((by) => `/reconciliation?by=${by}`);
  const paths = [plain, narrowed, named, spend, reconciled].flat();
  expect(await faultsOf(paths, (path) => reader.get(`/dashboard${path}`))).toEqual([]);
});

test('nor does a question to the API', async () => {
  const token = await api.tokenOf('admin', tenant);
  const figures = ['summary', 'daily', 'timeseries'].flatMap((name) =>
    books.map((book) => `/usage/${name}?book=${book}&range=last-30-days&by=model`),
  );
  const months = books.flatMap((book) => [`/usage/monthly?book=${book}&by=kind`, `/usage/dashboard?book=${book}`]);
  const lists = ['/usage/reported', '/usage/reported?project=proj_a', '/data', '/data?model=a', '/data?model=none'];
  const reconciled = ['day', 'project', 'key', 'model', 'model&project=proj_a'].map(
    (by) => `/reconciliation?range=last-30-days&by=${by}`,
  );
  const others = ['/keys', '/ledger', '/ledger/balance', '/prices/unpriced', '/organizations'];
  const organization = [`/organizations/${organizationId}`, `/organizations/${organizationId}/drift`];
  const paths = [figures, months, lists, reconciled, others, organization].flat();
  expect(await faultsOf(paths, (path) => api.call('GET', path, { token }))).toEqual([]);
});
