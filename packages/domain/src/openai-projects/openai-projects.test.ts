import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '#domain/tenants/tenant.js';
import { withTenant } from '#db/with-tenant.js';
import { parseUsd } from '#core/money.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { deleteProviderKey } from '../provider-keys/delete-provider-key.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import { findProjects, type ProjectSearch } from './find-projects.js';
import { getProject } from './get-project.js';
import { readSpendSources } from '../spend/read-spend-sources.js';
import { sumProjectsThisMonth } from './sum-projects-this-month.js';
import { listProjectKeys } from './list-project-keys.js';

const seenAt = '2026-11-20T12:00:00Z';
let home: TestInstallation;
let tenant: Tenant;
let other: Tenant;
let organizationId: string;
let storedId: string;
beforeAll(async () => {
  home = await createTestInstallation();
  tenant = await home.addTenant('acme');
  other = await home.addTenant('other');
  storedId = await store(tenant, 'admin');
  organizationId = await addTestOrganization(home.db, tenant.id, { providerKeyId: storedId });
  const gone = { goneAt: '2026-11-10T00:00:00Z', lastUsedAt: '2026-11-09T00:00:00Z' };
  await addTestProjects(home.db, tenant.id, organizationId, {
    seenAt,
    projects: [
      {
        id: 'proj_1',
        name: 'Checkout',
        spendLimit: { usd: '500', interval: 'month', isEnforcing: false },
        keys: [
          { id: 'key_1', lastUsedAt: '2026-11-19T00:00:00Z', providerKeyId: storedId },
          { id: 'key_2', hasOwnerAccess: false },
          { id: 'key_3', hasOwnerAccess: false, ...gone },
        ],
      },
      { id: 'proj_2', name: 'checkout', keys: [{ id: 'key_4', hasOwnerAccess: false, ...gone }] },
      { id: 'proj_3', name: null, isArchived: true },
      { id: 'proj_4', name: 'Search 100%' },
    ],
  });
});
afterAll(() => home.close());

async function store(of: Tenant, label: string): Promise<string> {
  const deps = { ...home, defaults: { model: 'gpt-4o-mini', dailyCapUsd: '0.05' } };
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: `${of.slug}${label}` });
  return (await storeProviderKey(deps, of.id, { label, secret, probeMode: 'off' })).id;
}

const find = (search: Partial<ProjectSearch> = {}, of = tenant) =>
  findProjects(home, of.id, { text: '', state: null, limit: 50, ...search });
const idsOf = async (search: Partial<ProjectSearch>) => (await find(search)).items.map(({ id }) => id);

describe('projects', () => {
  test('are found by part of their name or id, whatever the case, and nothing in it is a pattern', async () => {
    expect(await idsOf({ text: 'CHECK' })).toEqual(['proj_1', 'proj_2']);
    expect(await idsOf({ text: 'proj_3' })).toEqual(['proj_3']);
    expect(await idsOf({ text: '100%' })).toEqual(['proj_4']);
    expect(await idsOf({ text: '%' })).toEqual(['proj_4']);
    expect(await idsOf({ text: '\0nothing' })).toEqual([]);
  });

  test('come page by page without loss, those of the same name too', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { items, next } = await find({ limit: 1, after });
      seen.push(...items.map(({ id }) => id));
      after = next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(['proj_1', 'proj_2', 'proj_3', 'proj_4']);
    await expect(find({ after: 'nonsense' })).rejects.toMatchObject({ code: 'invalid-request' });
  });

  test('are counted in every state, whatever is shown', async () => {
    expect((await find({ state: 'archived', limit: 1 })).counts).toEqual({
      all: 4,
      active: 3,
      archived: 1,
      unowned: 1,
    });
    expect(await idsOf({ state: 'unowned' })).toEqual(['proj_1']);
    expect(await idsOf({ state: 'active' })).toEqual(['proj_1', 'proj_2', 'proj_4']);
  });

  test('say of their keys only what holds of those that OpenAI still lists', async () => {
    const checkout = await getProject(home, tenant.id, 'proj_1');
    expect(checkout).toMatchObject({ keys: 2, storedKeys: 1, keysWithoutOwner: 1, organizationName: 'ACME' });
    expect(checkout.lastUsedAt?.toISOString()).toBe('2026-11-19T00:00:00.000Z');
    expect(checkout.spendLimit).toEqual({ usd: '500', interval: 'month', isEnforcing: false });
    const keys = await listProjectKeys(home, tenant.id, { projectId: 'proj_1', limit: 10 });
    expect(keys.map(({ id, storedKeyLabel, goneAt }) => [id, storedKeyLabel, goneAt !== null])).toEqual([
      ['key_1', 'admin', false],
      ['key_2', null, false],
      ['key_3', null, true],
    ]);
  });

  test('have no stored key any more once that is deleted, as its list says', async () => {
    const leaving = await home.addTenant('leaving');
    const [keptId, deletedId] = [await store(leaving, 'kept'), await store(leaving, 'deleted')];
    const keys = [keptId, deletedId].map((providerKeyId, index) => ({ id: `key_${index}`, providerKeyId }));
    await addTestProjects(home.db, leaving.id, await addTestOrganization(home.db, leaving.id), {
      seenAt,
      projects: [{ id: 'proj_1', keys }],
    });
    await deleteProviderKey(home, leaving.id, deletedId);
    const listed = await listProjectKeys(home, leaving.id, { projectId: 'proj_1', limit: 10 });
    expect(listed.map(({ storedKeyLabel }) => storedKeyLabel)).toEqual(['kept', null]);
    expect((await find({}, leaving)).items).toMatchObject([{ keys: 2, storedKeys: 1 }]);
    expect(await getProject(home, leaving.id, 'proj_1')).toMatchObject({ keys: 2, storedKeys: 1 });
  });

  test('are nobody else’s', async () => {
    expect((await find({}, other)).counts.all).toBe(0);
    await expect(getProject(home, other.id, 'proj_1')).rejects.toMatchObject({ code: 'not-found' });
    expect(await listProjectKeys(home, other.id, { projectId: 'proj_1', limit: 10 })).toEqual([]);
  });
});

test('what projects cost is known of organizations with a bill, and is zero only there', async () => {
  const lone = await home.addTenant('lone');
  const [billed, unread] = [await store(lone, 'billed'), await store(lone, 'unread')];
  const id = await addTestOrganization(home.db, lone.id, { providerKeyId: billed });
  await addTestOrganization(home.db, lone.id, { providerKeyId: unread });
  const before = await sumProjectsThisMonth(home, lone.id, await readSpendSources(home, lone.id));
  expect(before).toEqual({ book: null, cost: new Map(), knownSince: new Map() });
  await addTestBilled(home.db, lone.id, id, [
    { day: '2026-11-02', projectId: 'proj_a', usd: '1.25' },
    { day: '2026-11-20', projectId: 'proj_a', usd: '0.5' },
    { day: '2026-10-31', projectId: 'proj_b', usd: '99' },
  ]);
  const after = await sumProjectsThisMonth(home, lone.id, await readSpendSources(home, lone.id));
  expect(after).toEqual({
    book: 'billed',
    cost: new Map([['proj_a', parseUsd('1.75')]]),
    knownSince: new Map([[id, null]]),
  });
});

test.each([
  ['lately', '2026-11-14T00:00:00Z', false, '2026-11-14'],
  ['before', '2026-11-01T00:00:00Z', false, null],
  ['as far as is wanted', '2026-11-14T00:00:00Z', true, '2026-11-14'],
  ['to the end', '2026-03-14T00:00:00Z', true, null],
])(
  'which days of a month are in is told, however far its past is read: %s',
  async (read, knownFrom, isBackfilled, since) => {
    const reading = await home.addTenant(`read-${read.replaceAll(' ', '-')}`);
    const tenantId = reading.id;
    const providerKeyId = await store(reading, 'reading');
    const organizationId = await addTestOrganization(home.db, tenantId, { providerKeyId });
    await addTestBilled(home.db, tenantId, organizationId, [{ day: '2026-11-16', projectId: 'proj_a', usd: '1' }]);
    const at = { knownTo: seenAt, hourlyFrom: seenAt, readAt: seenAt };
    const feed = { tenantId, organizationId, ...at };
    const feeds = [
      { ...feed, feed: 'costs', knownFrom, isBackfilled },
      { ...feed, feed: 'images', knownFrom: '2026-11-18T00:00:00Z' },
    ];
    await withTenant(home.db, tenantId, (tx) => tx.importFeed.createMany({ data: feeds }));
    const { knownSince } = await sumProjectsThisMonth(home, tenantId, await readSpendSources(home, tenantId));
    expect(knownSince).toEqual(new Map([[organizationId, since]]));
  },
);

test.each([
  ['which OpenAI tells little does not make the other kinds begin late', true, null],
  ['which the past is still being read does', false, '2026-11-14'],
])('a kind of usage of %s', async (_what, isBackfilled, since) => {
  const reported = await home.addTenant(`reported-${isBackfilled}`);
  const tenantId = reported.id;
  const organizationId = await addTestOrganization(home.db, tenantId, { providerKeyId: await store(reported, 'one') });
  await addTestReported(home.db, tenantId, organizationId, [{ at: '2026-11-16T10:00:00Z', projectId: 'proj_a' }]);
  const feed = { tenantId, organizationId, knownTo: seenAt, hourlyFrom: seenAt, readAt: seenAt, isBackfilled: true };
  const feeds = [
    { ...feed, feed: 'completions', knownFrom: '2026-03-14T00:00:00Z' },
    { ...feed, feed: 'images', knownFrom: '2026-11-14T00:00:00Z', isBackfilled },
  ];
  await withTenant(home.db, tenantId, (tx) => tx.importFeed.createMany({ data: feeds }));
  const { knownSince } = await sumProjectsThisMonth(home, tenantId, await readSpendSources(home, tenantId));
  expect(knownSince).toEqual(new Map([[organizationId, since]]));
});

test('what projects cost is unknown where nothing that they used has a price', async () => {
  const unbilled = await home.addTenant('unbilled');
  const id = await addTestOrganization(home.db, unbilled.id, { providerKeyId: await store(unbilled, 'unbilled') });
  await addTestReported(home.db, unbilled.id, id, [
    { at: '2026-11-19T09:00:00Z', projectId: 'proj_priced', costUsd: '1.25' },
    { at: '2026-11-19T09:00:00Z', projectId: 'proj_priced', costUsd: null },
    { at: '2026-11-19T09:00:00Z', projectId: 'proj_unpriced', costUsd: null },
  ]);
  const { book, cost } = await sumProjectsThisMonth(home, unbilled.id, await readSpendSources(home, unbilled.id));
  expect(book).toBe('reported');
  expect(cost).toEqual(
    new Map([
      ['proj_priced', parseUsd('1.25')],
      ['proj_unpriced', null],
    ]),
  );
});
