import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { listOrganizations } from '#domain/organizations/list-organizations.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

const seenAt = '2026-11-20T12:30:00Z';
let api: TestApi;
let admin: PageVisitor;
let organizationId: string;
let adminKeyId: string;
beforeAll(async () => {
  api = await startTestApi({ createDashboard });
  admin = await signedIn('admin');
});
afterAll(() => api.close());

async function signedIn(role: 'admin' | 'operator' | 'viewer'): Promise<PageVisitor> {
  return signedInVisitor(api.origin, await api.tokenOf(role));
}

/** What a reader reads: without markup, in one line. */
const textOf = (html: string) => readPage(html.replace(/^[\s\S]*<main/, '<main'));

const look = async (path: string) => textOf((await admin.get(path)).html);

test('without an organization, both pages say how to connect one, and to whom they can say it', async () => {
  const viewer = await signedIn('viewer');
  for (const path of ['/dashboard/organizations', '/dashboard/projects']) {
    const { html } = await admin.get(path);
    expect(html).toMatch(/href="\/dashboard\/keys\/new\?kind&#x3D;admin">Store an admin key</);
    expect((await viewer.get(path)).html).not.toContain('/keys/new');
  }
});

describe('a connected organization', () => {
  beforeAll(async () => {
    const key = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: 'northwind' });
    const body = { label: 'northwind', key, probeMode: 'off' };
    adminKeyId = (await api.call('POST', '/keys', { token: await api.tokenOf('admin'), body })).json.id;
    const { items } = await listOrganizations(api, api.tenant.id);
    organizationId = items[0]?.id ?? '';
  });

  test('that was not imported yet claims nothing', async () => {
    const page = await look(`/dashboard/organizations/${organizationId}`);
    expect(page).toContain('Not imported yet');
    expect(page).toContain('Nothing was read yet');
    expect(page).toContain('OpenAI was not asked yet.');
    expect(page).toContain('once they were listed for the first time');
    expect(await look('/dashboard/projects')).toContain('See how far the import is');
  });

  test('shows how far it was read, and what it could not read', async () => {
    const tenantId = api.tenant.id;
    const feed = {
      tenantId,
      organizationId,
      knownTo: new Date(seenAt),
      hourlyFrom: new Date(seenAt),
      readAt: new Date(seenAt),
    };
    await withTenant(api.db, tenantId, (tx) =>
      tx.importFeed.createMany({
        data: [
          { ...feed, feed: 'costs', knownFrom: new Date('2026-03-12T00:00:00Z'), rowsRead: 1200n },
          { ...feed, feed: 'images', knownFrom: new Date('2026-05-01T00:00:00Z'), rowsRead: 7n, unknownResults: 3n },
        ],
      }),
    );
    const page = await look(`/dashboard/organizations/${organizationId}`);
    expect(page).toContain('2 of 11 kinds were begun');
    expect(page).toContain('7 rows of usage, 1,200 lines of costs');
    expect(page).toContain('3 results are of a kind that this version does not know.');
    expect(page).toContain('12 Mar 2026');
  });

  test('says of a past that OpenAI refused so, and when, and not that this is all there is', async () => {
    const { tenant, db } = api;
    const where = { organizationId };
    const path = `/dashboard/organizations/${organizationId}`;
    await withTenant(db, tenant.id, async (tx) => {
      await tx.importFeed.updateMany({ where: { ...where, feed: 'costs' }, data: { isBackfilled: true } });
      await tx.importFeed.updateMany({ where: { ...where, feed: 'images' }, data: { refusedAt: new Date(seenAt) } });
    });
    const page = await look(path);
    expect(page).toMatch(/images 3 not understood 1 May 2026 OpenAI refused what is older, 20 Nov, 12:30 /);
    expect(page.match(/all there is/g)).toHaveLength(1);
    await withTenant(db, tenant.id, (tx) =>
      tx.importFeed.updateMany({ where, data: { refusedAt: null, isBackfilled: false } }),
    );
    expect(await look(path)).not.toContain('OpenAI refused');
  });

  test('lists one kind of drift at a time, with what to do, and the keys of its projects', async () => {
    await addTestProjects(api.db, api.tenant.id, organizationId, {
      seenAt,
      projects: [
        {
          id: 'proj_checkout',
          name: 'Checkout',
          residency: 'EU_STORAGE_PROCESSING',
          spendLimit: { usd: '500', interval: 'month', isEnforcing: false },
          rateLimits: [{ model: 'gpt-5.1', requestsPerMinute: 12_345 }],
          keys: [
            { id: 'key_here', name: 'here', providerKeyId: adminKeyId, lastUsedAt: seenAt },
            { id: 'key_left', name: 'left behind', hasOwnerAccess: false, lastUsedAt: seenAt },
            { id: 'key_gone', name: 'gone', goneAt: seenAt, providerKeyId: adminKeyId },
          ],
        },
        { id: 'proj_plain', name: 'Plain', residency: 'GLOBAL' },
        { id: 'proj_old', name: 'Old' },
        { id: 'proj_stored', name: 'Stored', residency: 'JP_STORAGE' },
        { id: 'proj_new', name: 'New', residency: 'MARS_PROCESSING' },
      ],
    });
    const first = await look(`/dashboard/organizations/${organizationId}`);
    expect(first).toContain('not stored here 1 deleted at OpenAI 1 owner has left 1');
    expect(first).toContain('These keys work at OpenAI, and nobody stored them here.');
    const gone = await look(`/dashboard/organizations/${organizationId}?drift=gone`);
    expect(gone).toContain('Replace the secret of each, or delete it here.');
    expect(gone).not.toContain('left behind');
    const project = await look('/dashboard/projects/proj_checkout');
    for (const words of ['$500.00 a month', '12,345', 'owner has left', 'deleted at OpenAI', 'northwind']) {
      expect(project).toContain(words);
    }
    expect(await look('/dashboard/projects?state=unowned')).toContain('1 key without owner');
    expect(await look('/dashboard/projects?q=nothing')).toContain('No project matches');
  });

  test('says where a project’s data is, where that is not anywhere', async () => {
    const list = (await look('/dashboard/projects')).split(/(?=proj_)/).slice(1);
    const saying = (words: string) => list.filter((each) => each.includes(words)).map((each) => each.split(' ')[0]);
    expect(saying('data stored and processed in EU')).toEqual(['proj_checkout']);
    expect(saying('data stored in JP')).toEqual(['proj_stored']);
    expect(saying('MARS_PROCESSING')).toEqual(['proj_new']);
    expect(saying('GLOBAL')).toEqual([]);
    const dearer = '; models that Prices marks “regional” cost more';
    const checkout = await look('/dashboard/projects/proj_checkout');
    expect(checkout).toContain(`Residency data stored and processed in EU${dearer}`);
    expect(await look('/dashboard/projects/proj_new')).toContain(`Residency MARS_PROCESSING${dearer}`);
    expect(await look('/dashboard/projects/proj_stored')).not.toContain(dearer);
    expect(await look('/dashboard/projects/proj_plain')).not.toContain('Residency');
  });

  test('shows what a project cost only where a bill says so', async () => {
    expect(await look('/dashboard/projects')).not.toContain('$0.00');
    await addTestBilled(api.db, api.tenant.id, organizationId, [{ day: '2026-08-01', usd: '1' }]);
    const unbilled = await look('/dashboard/projects/proj_checkout');
    expect(unbilled).toContain('None of it was billed yet.');
    expect(unbilled).not.toContain('$0.00');
    await addTestBilled(api.db, api.tenant.id, organizationId, [
      { day: '2026-11-02', projectId: 'proj_checkout', usd: '12.345' },
      { day: '2026-11-19', projectId: 'proj_checkout', usd: '0.001', readAt: '2026-11-20T12:00:00Z' },
    ]);
    expect(await look('/dashboard/projects')).toContain('$12.35');
    expect(await look('/dashboard/projects')).not.toContain('marked “since”');
    const billed = await look('/dashboard/projects/proj_checkout');
    expect(billed).toContain('$12.35');
    // In the words of Spend and of the overview.
    expect(billed).toContain('not final yet');
  });

  test('says of a month, and of the days of a project, that are not read to their beginning which are in', async () => {
    const readUpTo = (knownFrom: string, isBackfilled = false) =>
      withTenant(api.db, api.tenant.id, (tx) =>
        tx.importFeed.updateMany({ where: { organizationId, feed: 'costs' }, data: { knownFrom, isBackfilled } }),
      );
    await readUpTo('2026-11-02T00:00:00Z');
    const projects = await look('/dashboard/projects');
    expect(projects).toContain('$12.35 since 2 Nov');
    expect(projects).toContain('A figure marked “since” is of those days alone');
    expect(await look('/dashboard/projects/proj_checkout')).toContain('$12.35 since 2 Nov');
    await readUpTo('2026-03-12T00:00:00Z');
    expect(await look('/dashboard/projects')).not.toContain('since 2 Nov');
    expect(await look('/dashboard/projects/proj_checkout')).not.toContain('since 2 Nov');
    await readUpTo('2026-10-28T00:00:00Z');
    expect(await look('/dashboard/projects')).not.toContain('since 28 Oct');
    expect(await look('/dashboard/projects/proj_checkout')).toContain('$12.35 since 28 Oct');
    // As far as IMPORT_HISTORY_DAYS says: nothing more will come.
    await readUpTo('2026-10-30T00:00:00Z', true);
    expect(await look('/dashboard/projects/proj_checkout')).toContain('$12.35 since 30 Oct');
  });

  test('is imported when somebody asks, and renamed by an admin', async () => {
    const path = `/dashboard/organizations/${organizationId}`;
    const operator = await signedIn('operator');
    const page = (await operator.get(path)).html;
    expect([page.includes(`${path}/import`), page.includes(`${path}/rename`)]).toEqual([true, false]);
    expect((await operator.post(`${path}/import`)).location).toBe(path);
    expect(textOf((await operator.get(path)).html)).toContain('is imported within seconds');
    await admin.get(`${path}/rename`);
    const refused = await admin.post(`${path}/rename`, { name: '  ' });
    expect([refused.status, textOf(refused.html)]).toEqual([
      400,
      expect.stringContaining('The name must not be empty.'),
    ]);
    expect((await admin.post(`${path}/rename`, { name: 'Northwind & sons' })).location).toBe(path);
    expect((await admin.get(path)).html).toContain('<h1>Northwind &amp; sons</h1>');
  });

  test('keeps its pages when its key is gone, and offers no import', async () => {
    await api.call('DELETE', `/keys/${adminKeyId}`, { token: await api.tokenOf('admin') });
    const { html } = await admin.get(`/dashboard/organizations/${organizationId}`);
    expect(textOf(html)).toContain('Its admin key was deleted or switched off.');
    expect(html).not.toContain('/import"');
    expect((await admin.post(`/dashboard/organizations/${organizationId}/import`)).status).toBe(400);
  });
});
